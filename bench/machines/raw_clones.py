"""Copies of a started template by a script alone: QEMU, its monitor, nothing around it.

raw_clones.py COUNT FOLDER MEMORY DEVICES DISK MEBIBYTES: makes so many, paused, two at a time, prints how many seconds that took,
the mean PSS in bytes and the processor time of all in seconds, and ends them.
"""

import concurrent.futures
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import time

count, folder, memory, devices, disk, mebibytes = sys.argv[1:7]


class Monitor:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        while True:
            try:
                self.socket.connect(path)
                break
            except (FileNotFoundError, ConnectionRefusedError):
                time.sleep(0.002)
        self.lines = self.socket.makefile()
        self.lines.readline()
        self.execute("qmp_capabilities")

    def execute(self, command, **arguments):
        text = json.dumps({"execute": command, "arguments": arguments})
        self.socket.sendall(text.encode() + b"\n")
        while True:
            reply = json.loads(self.lines.readline())
            if "return" in reply:
                return reply["return"]
            if "error" in reply:
                raise RuntimeError(reply["error"])


def clone(number):
    own = f"{folder}/{number}"
    shutil.copyfile(disk, own + ".qcow2")
    words = (
        "qemu-system-x86_64 -nodefaults -no-user-config -no-reboot -display none -accel tcg,tb-size=16 -cpu max"
        f" -m {mebibytes}M -smp 1 -object memory-backend-file,mem-path={memory},share=off,id=ram,size={mebibytes}M"
        " -machine pc,acpi=off,memory-backend=ram"
        f" -blockdev driver=qcow2,node-name=disk,discard=unmap,file.driver=file,file.filename={own}.qcow2"
        " -device virtio-blk-pci,drive=disk,id=disk -object rng-builtin,id=entropy -device virtio-rng-pci,rng=entropy"
        f" -qmp unix:{own}.qmp,server=on,wait=off -chardev null,id=console -serial chardev:console"
        " -chardev null,id=words -serial chardev:words -S -incoming defer"
    )
    process = subprocess.Popen(words.split(), stderr=subprocess.DEVNULL)
    monitor = Monitor(own + ".qmp")
    monitor.execute(
        "migrate-set-capabilities",
        capabilities=[{"capability": "x-ignore-shared", "state": True}],
    )
    monitor.execute("migrate-incoming", uri=f"exec:cat {devices}")
    while monitor.execute("query-migrate").get("status") != "completed":
        time.sleep(0.002)
    return process


def pss(pid):
    with open(f"/proc/{pid}/smaps_rollup") as lines:
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


os.makedirs(folder)
began = time.monotonic()
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    made = list(pool.map(clone, range(int(count))))
took = time.monotonic() - began
held = sum(pss(process.pid) for process in made) / len(made)
for process in made:
    process.kill()
for process in made:
    process.wait()
shutil.rmtree(folder)
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
cpu = sum(each.ru_utime + each.ru_stime for each in used)
print(json.dumps({"seconds": took, "pss": held, "cpu": cpu}))
