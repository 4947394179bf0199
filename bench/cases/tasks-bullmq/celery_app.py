"""The same task for Celery, and a driver that does the rows of work: a JSON document per line in and out."""

import json
import os
import subprocess
import sys
import time

import celery
import redis

url = "/".join(os.environ["REDIS_URL"].split("/")[:3])
app = celery.Celery("celery_app", broker=f"{url}/13", backend=f"{url}/14")
app.conf.update(worker_prefetch_multiplier=50, result_expires=3600, worker_hijack_root_logger=False)

drain_size = 5000
batch = 1000


@app.task(name="double")
def double(n):
    return n * 2


def cpu_seconds(pids):
    """What processes, and those that they started, have used."""
    total, ticks = 0.0, os.sysconf("SC_CLK_TCK")
    for pid in pids:
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        total += (int(fields[11]) + int(fields[12])) / ticks
        with open(f"/proc/{pid}/task/{pid}/children") as children:
            total += cpu_seconds(children.read().split())
    return total


def repeat(seconds, work):
    latencies, done, used = [], 0, cpu_seconds([os.getpid()])
    start = time.perf_counter()
    while time.perf_counter() < start + seconds:
        began = time.perf_counter()
        done += work()
        latencies.append((time.perf_counter() - began) * 1000)
    elapsed = time.perf_counter() - start
    used = cpu_seconds([os.getpid()]) - used
    return {"done": done, "seconds": elapsed, "latenciesMs": latencies, "cpuSeconds": used}


def enqueue_many():
    with app.producer_pool.acquire(block=True) as producer:
        for n in range(batch):
            double.apply_async((n,), producer=producer)
    return batch


def enqueue():
    double.delay(1)
    return 1


def drain(results):
    before = results.dbsize()
    for _ in range(drain_size // batch):
        enqueue_many()
    # Each result is a key: nothing has to be asked of Celery.
    while results.dbsize() < before + drain_size:
        time.sleep(0.005)
    results.flushdb()
    return drain_size


def main():
    broker, results = (redis.Redis.from_url(f"{url}/{number}") for number in (13, 14))
    for line in sys.stdin:
        order = json.loads(line)
        row, seconds = order["row"], order["seconds"]
        broker.flushdb()
        results.flushdb()
        if row == "endToEnd":
            command = [sys.executable, "-m", "celery", "-A", "celery_app", "worker", "-c", "2", "-l", "CRITICAL"]
            silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            worker = subprocess.Popen([*command, "--without-gossip", "--without-mingle"], **silent)
            # What the worker needs to start is not what is measured.
            double.delay(1)
            while results.dbsize() < 1:
                time.sleep(0.01)
            results.flushdb()
            print(json.dumps(repeat(seconds, lambda: drain(results))), flush=True)
            worker.terminate()
            worker.wait()
        else:
            print(json.dumps(repeat(seconds, enqueue if row == "enqueue" else enqueue_many)), flush=True)


if __name__ == "__main__":
    main()
