"""QEMU and its monitor, nothing around it: what the scripts beside this one start machines by."""

import json
import shlex
import socket
import subprocess
import time

LOOK_EVERY_S = 0.002


def connect(path):
    """To a socket that a process which has just been started will listen at."""
    found = socket.socket(socket.AF_UNIX)
    while True:
        try:
            found.connect(path)
            return found
        except (FileNotFoundError, ConnectionRefusedError):
            time.sleep(LOOK_EVERY_S)


class Monitor:
    def __init__(self, path):
        self.socket = connect(path)
        self.lines = self.socket.makefile()
        # What has happened, each with its time in seconds by the clock that all processes share.
        self.events = []
        self.lines.readline()
        self.execute("qmp_capabilities")

    def execute(self, command, **arguments):
        text = json.dumps({"execute": command, "arguments": arguments})
        self.socket.sendall(text.encode() + b"\n")
        while True:
            reply = self.read()
            if "return" in reply:
                return reply["return"]
            if "error" in reply:
                raise RuntimeError(reply["error"])

    def when(self, name):
        """When something happened at first; waits for that."""
        while True:
            for event, at in self.events:
                if event == name:
                    return at
            self.read()

    def read(self):
        line = self.lines.readline()
        if not line:
            raise RuntimeError("QEMU has ended")
        reply = json.loads(line)
        if "event" in reply:
            at = reply["timestamp"]
            self.events.append((reply["event"], at["seconds"] + at["microseconds"] / 1e6))
        return reply

    def set_capabilities(self, **capabilities):
        pairs = [{"capability": name.replace("_", "-"), "state": on} for name, on in capabilities.items()]
        self.execute("migrate-set-capabilities", capabilities=pairs)

    def until_migrated(self):
        while True:
            found = self.execute("query-migrate")
            if found.get("status") == "completed":
                return found
            if found.get("status") == "failed":
                raise RuntimeError(found)
            time.sleep(LOOK_EVERY_S)


def start(own, disk, kibibytes, memory, *more, console="null"):
    """
    One that waits for what it goes on from, and its monitor. Its files have names that begin with `own`.
    memory: a file whose pages are its own once it writes to them, or None
    """
    backend = f"memory-backend-file,mem-path={memory},share=off" if memory else "memory-backend-ram"
    words = (
        "qemu-system-x86_64 -nodefaults -no-user-config -no-reboot -display none -accel tcg,tb-size=16 -cpu max"
        f" -m {kibibytes}K -smp 1 -object {backend},id=ram,size={kibibytes}K"
        " -machine pc,acpi=off,memory-backend=ram"
        f" -blockdev driver=qcow2,node-name=disk,discard=unmap,file.driver=file,file.filename={disk}"
        " -device virtio-blk-pci,drive=disk,id=disk -object rng-builtin,id=entropy -device virtio-rng-pci,rng=entropy"
        f" -qmp unix:{own}.qmp,server=on,wait=off -chardev {console},id=console -serial chardev:console"
        " -chardev null,id=words -serial chardev:words -incoming defer"
    )
    process = subprocess.Popen(shlex.split(words) + list(more), stderr=subprocess.DEVNULL)
    return process, Monitor(own + ".qmp")
