"""Six greenlets of gevent, four of them waiting for one event: greenlets.py waits|blocks|large. Prints "ready"."""
import sys
import time

import gevent
from gevent.event import Event

event = Event()


def wait(depth):
    if depth > 0:
        return wait(depth - 1)
    event.wait()


def work():
    # A call through C: the interpreter is entered anew, with an entry frame on the C stack.
    list(map(wait, [3]))


def tick():
    while True:
        gevent.sleep(0.2)


workers = [gevent.spawn(work) for number in range(4)]
gevent.spawn(tick)
gevent.sleep(0.1)
ballast = b"x" * (600 << 20 if sys.argv[1] == "large" else 0)
print("ready", flush=True)
if sys.argv[1] == "blocks":
    time.sleep(1000)
gevent.joinall(workers)
