"""N idle threads, and a main thread that computes F frames deep when it is told to: busy.py THREADS FRAMES.

Each line on standard input is a number of seconds; the answer is how much was done meanwhile, and the CPU seconds it took.
"""
import sys
import threading
import time

threads, frames = int(sys.argv[1]), int(sys.argv[2])
release = threading.Event()


def descend(depth, action):
    if depth > 0:
        descend(depth - 1, action)
    else:
        action()


def step(total):
    for number in range(200):
        total += number
    return total


def work(seconds):
    done, total = 0, 0
    began = time.process_time()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for _ in range(20):
            total = step(total) & 0xFFFF
        done += 1
    return done, time.process_time() - began


def serve():
    print("ready", flush=True)
    for line in sys.stdin:
        print(*work(float(line)), flush=True)


for _ in range(threads):
    threading.Thread(target=descend, args=(frames, release.wait), daemon=True).start()
descend(frames, serve)
