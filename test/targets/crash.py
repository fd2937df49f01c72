"""Dies of a null pointer in a thread, inside an exception handler, with a lock held and a bystander waiting: crash.py."""
import ctypes
import threading
import time

lock = threading.Lock()


def wait_for_lock():
    time.sleep(0.1)
    with lock:
        pass


def pay(order, password):
    amount = {"EUR": 12.5, "city": "北京"}
    try:
        raise KeyError(order)
    except KeyError as error:
        try:
            raise ValueError("no price for order %d" % order) from error
        except ValueError:
            time.sleep(0.4)
            ctypes.string_at(0)


def work():
    with lock:
        pay(4711, "hunter2")


threading.Thread(target=wait_for_lock, name="bystander", daemon=True).start()
worker = threading.Thread(target=work, name="payer")
worker.start()
print("ready", flush=True)
worker.join()
