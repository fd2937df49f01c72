"""Two functions that share the CPU time of each 10 ms: shares.py PERCENT-OF-FIRST DEPTH-OF-FIRST DEPTH-OF-SECOND.

Prints from time to time how many seconds each has taken by the clock: on a busy machine that is not its share of the CPU.
"""
import sys
import time

percent, first_depth, second_depth = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
PERIOD = 0.010


def first(until, depth):
    if depth > 0:
        return first(until, depth - 1)
    while time.process_time() < until:
        pass


def second(until, depth):
    if depth > 0:
        return second(until, depth - 1)
    while time.process_time() < until:
        pass


def main():
    turn = time.process_time()
    seconds = [0.0, 0.0]
    turns = 0
    while True:
        began = time.perf_counter()
        first(turn + PERIOD * percent / 100, first_depth)
        between = time.perf_counter()
        turn += PERIOD
        second(turn, second_depth)
        seconds[0] += between - began
        seconds[1] += time.perf_counter() - between
        turns += 1
        if turns % 10 == 0:
            print("took", *seconds, flush=True)


main()
