"""A frame whose locals are random nested values: random_values.py SEED COUNT. Prints a JSON object of their reprs, then "ready"."""
import json
import random
import struct
import sys
import time

seed, count = int(sys.argv[1]), int(sys.argv[2])
chooser = random.Random(seed)
ALPHABET = "aZ09 '\"\\\n\r\t\0\x7f\x80\xa0\xad\xe9中文字ßжÿĀ\u200b\ue000😀🐍"


def scalar():
    kind = chooser.randrange(12)
    if kind == 0:
        return None
    if kind == 1:
        return chooser.random() < 0.5
    if kind == 2:
        return chooser.randrange(-10, 300)
    if kind == 3:
        return chooser.randrange(-(2 ** 70), 2 ** 70)
    if kind == 4:
        return chooser.choice([1, -1]) * chooser.getrandbits(chooser.randrange(1, 3000))
    if kind == 5:
        return struct.unpack("<d", bytes(chooser.randrange(256) for _ in range(8)))[0]
    if kind == 6:
        return chooser.choice([0.0, -0.0, 1.5, 1e22, 1e-7, float("inf"), float("nan")])
    if kind == 7:
        return complex(chooser.randrange(-3, 3), chooser.random())
    if kind == 8:
        return bytes(chooser.randrange(256) for _ in range(chooser.randrange(20)))
    if kind == 9:
        return bytearray(chooser.randrange(256) for _ in range(chooser.randrange(20)))
    return "".join(chooser.choice(ALPHABET) for _ in range(chooser.randrange(20)))


def hashable(depth):
    if depth and chooser.random() < 0.3:
        return tuple(hashable(depth - 1) for _ in range(chooser.randrange(4)))
    value = scalar()
    return bytes(value) if isinstance(value, bytearray) else value


def value(depth):
    kind = chooser.randrange(7) if depth else 6
    size = chooser.randrange(400) if depth == 1 and chooser.random() < 0.02 else chooser.randrange(6)
    if kind == 0:
        return [value(depth - 1) for _ in range(size)]
    if kind == 1:
        return tuple(value(depth - 1) for _ in range(size))
    if kind == 2:
        return {hashable(1): value(depth - 1) for _ in range(size)}
    if kind == 3:
        result = {"k%d" % number: scalar() for number in range(size)}
        for key in list(result)[::3]:
            del result[key]  # leaves holes in the table
        return result
    if kind == 4:
        result = {hashable(1) for _ in range(size)}
        for member in list(result)[::4]:
            result.discard(member)
        return result
    if kind == 5:
        return frozenset(hashable(0) for _ in range(size))
    return scalar()


names = ["v%d" % number for number in range(count)]
source = "def frame(values):\n    %s, = values\n    del values\n    pause()\n" % ", ".join(names)
values = [value(3) for _ in names]


def pause():
    print(json.dumps({name: repr(item) for name, item in zip(names, values)}))
    print("ready", flush=True)
    time.sleep(1000)


namespace = {"pause": pause}
exec(source, namespace)
namespace["frame"](values)
