"""What Ray takes for what vTasks do.

ray_bench.py rpc WARMUP SAMPLES BATCH REQUESTS IN-FLIGHT
    What rpc/guests/caller.c measures, of an actor in a process of its own. Prints nanoseconds at the 50th and 99th percentile, then
    what was done each second: round trips one by one, requests with so many in flight, and calls whose results nobody waits for
    until the last of them.
ray_bench.py spawn ALL AT-ONCE
    Prints the microseconds from the start of a task that does nothing to its result, with AT-ONCE of them at a time.
ray_bench.py actor ALL
    The same from the creation of an actor to its first answer, one by one: each has a process of its own.

The last word of each is Ray's version.
"""

import sys
import time

import ray

PAYLOAD = b"x" * 64


@ray.remote(num_cpus=0)
class Echo:
    def call(self, payload):
        return payload

    def note(self, payload):
        pass


@ray.remote(num_cpus=0)
def nothing():
    pass


def rpc(warmup, samples, batch, requests, in_flight):
    echo = Echo.remote()
    for _ in range(warmup):
        ray.get(echo.call.remote(PAYLOAD))
    begin = time.perf_counter_ns()
    times = []
    for _ in range(samples):
        since = time.perf_counter_ns()
        for _ in range(batch):
            ray.get(echo.call.remote(PAYLOAD))
        times.append((time.perf_counter_ns() - since) / batch)
    one = rate(samples * batch, begin)
    times.sort()
    begin = time.perf_counter_ns()
    with_in_flight(lambda: echo.call.remote(PAYLOAD), requests, in_flight)
    many = rate(requests, begin)
    begin = time.perf_counter_ns()
    for _ in range(requests - 1):
        echo.note.remote(PAYLOAD)
    ray.get(echo.call.remote(PAYLOAD))  # calls of one caller are carried out in order
    stream = rate(requests, begin)
    return times[samples // 2], times[samples * 99 // 100], one, many, stream


def spawn(count, at_once):
    with_in_flight(nothing.remote, max(at_once, count // 10), at_once)  # its workers are there
    begin = time.perf_counter_ns()
    with_in_flight(nothing.remote, count, at_once)
    return ((time.perf_counter_ns() - begin) / count / 1_000,)


def actor(count):
    begin = time.perf_counter_ns()
    for _ in range(count):
        echo = Echo.remote()
        ray.get(echo.call.remote(PAYLOAD))
        ray.kill(echo)
    return ((time.perf_counter_ns() - begin) / count / 1_000,)


def with_in_flight(begin, count, in_flight):
    """Begins so many, and one more for each that ends."""
    out = [begin() for _ in range(min(count, in_flight))]
    left = count - len(out)
    while out:
        done, out = ray.wait(out)
        ray.get(done)
        if left > 0:
            out.append(begin())
            left -= 1


def rate(count, begin):
    return count * 1e9 / (time.perf_counter_ns() - begin)


def main(what, *numbers):
    ray.init(include_dashboard=False, log_to_driver=False, logging_level="error")
    figures = {"rpc": rpc, "spawn": spawn, "actor": actor}[what](*map(int, numbers))
    print(*figures, ray.__version__)


main(*sys.argv[1:])
