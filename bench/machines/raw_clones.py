"""Copies of a started template by a script alone.

raw_clones.py COUNT FOLDER MEMORY DEVICES DISK MEBIBYTES: makes so many, paused, two at a time, prints how many seconds that took,
the mean PSS in bytes and the processor time of all in seconds, and ends them.
"""

import concurrent.futures
import json
import os
import resource
import shutil
import sys
import time

from raw_qemu import start

count, folder, memory, devices, disk, mebibytes = sys.argv[1:7]


def clone(number):
    own = f"{folder}/{number}"
    shutil.copyfile(disk, own + ".qcow2")
    process, monitor = start(own, own + ".qcow2", mebibytes, memory, "-S")
    monitor.set_capabilities(x_ignore_shared=True)
    monitor.execute("migrate-incoming", uri=f"exec:cat {devices}")
    monitor.until_migrated()
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
