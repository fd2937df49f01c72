"""Celery with a broker of plain files, and a task whose database never answers: celery_tasks.py FOLDER sends six of them."""
import os
import socket
import sys

from celery import Celery

folder = os.environ["BROKER_FOLDER"]
app = Celery(
    "shop",
    broker="filesystem://",
    broker_transport_options={"data_folder_in": folder, "data_folder_out": folder, "control_folder": folder},
)
database = socket.socket()
database.bind(("127.0.0.1", 0))
database.listen(64)


@app.task(name="shop.charge")
def charge(number):
    return socket.create_connection(database.getsockname()).recv(10)


if __name__ == "__main__":
    for order in range(6):
        charge.delay(order)
    print("sent", flush=True)
