"""Does what every program of this folder does: see tests/languages/expected.ts."""
import os
import sys
import time

from wit_world import exports


def text(value: bool) -> str:
    return str(value).lower()


class Run(exports.Run):
    def run(self) -> None:
        print("arguments", ",".join(sys.argv[1:]))
        print("town", os.environ.get("TOWN", ""))
        start = time.monotonic()
        time.sleep(0.02)
        print("slept", text(time.monotonic() - start >= 0.02))
        print("year", text(time.gmtime().tm_year > 2020))
        print("random", text(any(os.urandom(4))))
        try:
            open("/etc/passwd")
            print("file true")
        except OSError:
            print("file false")
        print("done", file=sys.stderr)
        sys.exit(3)
