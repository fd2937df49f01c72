"""One object that many hold in different ways. Prints its address and the types that gc names as its referrers."""
import gc
import json
import time
from collections import Counter


class Holder:
    pass


class Slotted:
    __slots__ = ("thing", "__weakref__")


class Prize:
    pass


def make_closure(thing):
    return lambda: thing


def hold(prize):
    in_list = [1, prize]
    in_tuple = (prize, 2)
    in_dict = {"gold": prize}
    in_set = {prize}
    holder = Holder()
    holder.thing = prize
    slotted = Slotted()
    slotted.thing = prize
    closure = make_closure(prize)
    kept = [in_list, in_tuple, in_dict, in_set, holder, slotted, closure]
    return kept


prize = Prize()
registry = {"all": hold(prize)}
for attempt in range(3):
    gc.collect()
referrers = Counter(type(item).__name__ for item in gc.get_referrers(prize))
print(json.dumps([id(prize), referrers]))
print("ready", flush=True)
time.sleep(1000)
