"""Copies of a started template by a script alone.

raw_clones.py COUNT FOLDER MEMORY DEVICES DISK KIBIBYTES [WORDS ANSWER]: makes so many, two at a time, prints how many seconds that took,
the mean PSS in bytes and the processor time of all in seconds, and ends them. They are paused; with words each goes on, is typed these
on its console, and has answered.
"""

import concurrent.futures
import json
import os
import resource
import shutil
import sys
import time

from raw_qemu import connect, start

count, folder, memory, devices, disk, kibibytes, *dialogue = sys.argv[1:]


def clone(number):
    own = f"{folder}/{number}"
    shutil.copyfile(disk, own + ".qcow2")
    console = f"socket,server=on,wait=off,path={own}.console" if dialogue else "null"
    process, monitor = start(own, own + ".qcow2", kibibytes, memory, "-S", console=console)
    monitor.set_capabilities(x_ignore_shared=True)
    monitor.execute("migrate-incoming", uri=f"exec:cat {devices}")
    monitor.until_migrated()
    if dialogue:
        monitor.execute("cont")
        converse(own + ".console", *dialogue)
    return process


def converse(path, words, answer):
    console = connect(path)
    console.sendall(words.encode())
    said = b""
    while answer.encode() not in said:
        said += console.recv(4096)


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
print(json.dumps({"count": int(count), "seconds": took, "pss": held, "cpu": cpu}))
