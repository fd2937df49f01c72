"""Makes N collector-tracked objects, prints "ready" and sleeps: heap.py OBJECTS [BYTES of ballast]."""
import sys
import time


class Node:
    __slots__ = ("value", "__weakref__")

    def __init__(self, value):
        self.value = value


count = int(sys.argv[1])
nodes = [Node(index) for index in range(count // 2)]
lists = [[] for _ in range(count - count // 2)]
ballast = bytearray(b"\x01") * int(sys.argv[2]) if len(sys.argv) > 2 else b""
print("ready", flush=True)
time.sleep(3600)
