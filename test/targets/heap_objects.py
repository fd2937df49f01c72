"""A heap of known contents: heap_objects.py COUNT. Prints the census that gc gives, as JSON, then "ready"."""
import gc
import json
import sys
import time
from collections import Counter


class Order:
    def __init__(self, number):
        self.number = number
        self.lines = [number]


class Slim:
    __slots__ = ("number",)

    def __init__(self, number):
        self.number = number


count = int(sys.argv[1])
orders = [Order(number) for number in range(count)]
slim = [Slim(number) for number in range(count)]
names = ["name-%d-%s" % (number, "x" * 20) for number in range(count)]
numbers = [float(number) for number in range(count)]
gc.collect()
gc.disable()
census = Counter(type(item).__name__ for item in gc.get_objects())
print(json.dumps({name: census[name] for name in ("Order", "Slim", "list", "dict", "function", "type", "module", "set")}))
print("ready", flush=True)
time.sleep(1000)
