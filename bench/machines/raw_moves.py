"""Live migration by a script alone: from one QEMU to another one over loopback, again and again.

raw_moves.py COUNT FOLDER MEMORY DEVICES DISK KIBIBYTES WORDS ANSWER: copies a started template, types the words on its console, waits
for the answer, moves it so often with what a node asks of QEMU (services/machine/qemu/migration.ts), and prints of each time for how
many milliseconds it stood still: from when the one said that it had stopped it to when the other said that it ran. Both have the
same disk.
"""

import json
import os
import shutil
import sys

from raw_qemu import connect, start

count, folder, memory, devices, disk, kibibytes, words, answer = sys.argv[1:9]

BANDWIDTH = 2**40
STILL_MS = 15
SLOWED_PERCENT = 30


def machine(number, template):
    own = f"{folder}/{number}"
    console = f"socket,server=on,wait=off,path={own}.console"
    return start(own, f"{folder}/disk.qcow2", kibibytes, template, console=console)


def move(source, target):
    target.set_capabilities(events=True)
    target.execute("migrate-incoming", uri="tcp:127.0.0.1:0")
    port = target.execute("query-migrate")["socket-address"][0]["port"]
    source.set_capabilities(x_ignore_shared=False, auto_converge=True)
    limits = {"max-bandwidth": BANDWIDTH, "downtime-limit": STILL_MS, "cpu-throttle-initial": SLOWED_PERCENT}
    source.execute("migrate-set-parameters", **limits)
    source.events.clear()
    source.execute("migrate", uri=f"tcp:127.0.0.1:{port}")
    return (target.when("RESUME") - source.when("STOP")) * 1_000


os.makedirs(folder)
shutil.copyfile(disk, f"{folder}/disk.qcow2")
process, monitor = machine(0, memory)
try:
    monitor.set_capabilities(x_ignore_shared=True)
    monitor.execute("migrate-incoming", uri=f"exec:cat {devices}")
    monitor.until_migrated()
    monitor.execute("cont")
    console = connect(f"{folder}/0.console")
    console.sendall(words.encode())
    said = b""
    while answer.encode() not in said:
        said += console.recv(4096)
    stood = []
    for number in range(1, int(count) + 1):
        before = process
        process, target = machine(number, None)
        try:
            stood.append(move(monitor, target))
            monitor.until_migrated()
        finally:
            before.kill()
            before.wait()
        monitor = target
finally:
    process.kill()
    process.wait()
    shutil.rmtree(folder)
print(json.dumps(stood))
