"""Everything that the version matrix asks about, in one process. Prints "ready" when all of it stands."""
import asyncio
import socket
import threading
import time


class Order:
    def __init__(self, number):
        self.number = number


orders = [Order(number) for number in range(1000)]
first_lock = threading.Lock()
second_lock = threading.RLock()
both = threading.Barrier(2)
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(8)


def take(mine, other):
    with mine:
        both.wait()
        with other:
            pass


def receive(password):
    amounts = {"EUR": [12.5, -3], "城市": ("北京", None, True)}
    connection = socket.create_connection(listener.getsockname())
    connection.recv(len(amounts))


def handle():
    try:
        try:
            raise KeyError(4711)
        except KeyError as error:
            raise ValueError("no price") from error
    except ValueError:
        time.sleep(1000)


def compute():
    while True:
        sum(range(20000))
        time.sleep(0.005)


async def fetch_price(number):
    await asyncio.sleep(number)


async def serve():
    await asyncio.gather(fetch_price(1000), fetch_price(2000))


for name, target, arguments in [
    ("taker-1", take, (first_lock, second_lock)),
    ("taker-2", take, (second_lock, first_lock)),
    ("工人", receive, ("hunter2",)),
    ("handler", handle, ()),
    ("busy", compute, ()),
    ("loop", lambda: asyncio.run(serve()), ()),
]:
    threading.Thread(target=target, args=arguments, name=name, daemon=True).start()
time.sleep(0.3)
print("ready", flush=True)
time.sleep(1000)
