"""Programs whose stacks change all the time: ping_pong.py SHAPE. Some stacks can never exist; see the test."""
import sys


def left_leaf():
    return 1


def right_leaf():
    return 2


def left():
    return left_leaf()


def right():
    return right_leaf()


def flat():
    while True:
        left()
        right()


def deep_left(depth):
    return deep_left(depth - 1) if depth else left_leaf()


def deep_right(depth):
    return deep_right(depth - 1) if depth else right_leaf()


def deep():
    while True:
        deep_left(100)
        deep_right(100)


def left_generator():
    for _ in range(3):
        yield left_leaf()


def right_generator():
    for _ in range(3):
        yield right_leaf()


def consume_left():
    for _ in left_generator():
        pass


def consume_right():
    for _ in right_generator():
        pass


def generators():
    while True:
        consume_left()
        consume_right()


def work_left():
    total = 0
    for number in range(20_000):
        total += number
    return total


def work_right():
    total = 0
    for number in range(20_000):
        total += number
    return total


def outer_left():
    return work_left()


def outer_right():
    return work_right()


def ordinary():
    while True:
        outer_left()
        outer_right()


def shared_leaf(times):
    for _ in range(times):
        pass


def call_left(function):
    function(20)


def call_right(function):
    function(20)


callers = {"left": call_left, "right": call_right}


def dispatched():
    """Nobody names what it calls."""
    while True:
        callers["left"](shared_leaf)
        callers["right"](shared_leaf)


def nested_left():
    def inner_left():
        return left_leaf()

    return [inner_left() for _ in range(2)]


def nested_right():
    def inner_right():
        return right_leaf()

    return [inner_right() for _ in range(2)]


def nested():
    while True:
        nested_left()
        nested_right()


def recompiled():
    """A code object that is freed leaves its address to the next one."""
    while True:
        for side in ("left", "right"):
            source = "def %s_leaf():\n  for _ in range(3000): pass\n%s_leaf()" % (side, side)
            exec(compile(source, "%s.py" % side, "exec"), {})


print("ready", flush=True)
globals()[sys.argv[1]]()
