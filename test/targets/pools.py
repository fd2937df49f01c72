"""A pool of four worker processes: python pools.py pool|executor idle|waiting|computing. Prints "ready" when it stands."""
import multiprocessing
import socket
import sys
import time
from concurrent.futures import ProcessPoolExecutor

database = socket.socket()
database.bind(("127.0.0.1", 0))
database.listen(64)


def query(number):
    return socket.create_connection(database.getsockname()).recv(10)


def compute(number):
    while True:
        number += 1


def main(kind, mode):
    context = multiprocessing.get_context("fork")
    work = {"waiting": query, "computing": compute}.get(mode)
    if kind == "pool":
        pool = context.Pool(4)
        pool.map(abs, range(20))
        if work is not None:
            pool.map_async(work, range(6), 1)
    else:
        pool = ProcessPoolExecutor(4, mp_context=context)
        list(pool.map(abs, range(20)))
        if work is not None:
            for number in range(6):
                pool.submit(work, number)
    time.sleep(0.5)
    print("ready", flush=True)
    time.sleep(1000)


main(*sys.argv[1:])
