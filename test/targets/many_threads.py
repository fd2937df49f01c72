"""N idle threads with F frames each beside a main thread that computes: many_threads.py THREADS FRAMES."""
import sys
import threading

threads, frames = int(sys.argv[1]), int(sys.argv[2])
release = threading.Event()


def descend(depth, action):
    if depth > 0:
        descend(depth - 1, action)
    else:
        action()


def compute():
    print("ready", flush=True)
    total = 0
    while True:
        for number in range(1000):
            total += number


for index in range(threads):
    threading.Thread(target=descend, args=(frames, release.wait), name="idle-%d" % index, daemon=True).start()
descend(frames, compute)
