"""A Celery worker whose broker accepts and never says a word."""
import socket
import threading

from celery import Celery

broker = socket.socket()
broker.bind(("127.0.0.1", 0))
broker.listen(64)
kept = []


def accept():
    while True:
        kept.append(broker.accept())


threading.Thread(target=accept, daemon=True, name="silent-broker").start()
app = Celery("shop", broker="amqp://guest@127.0.0.1:%d//" % broker.getsockname()[1])
