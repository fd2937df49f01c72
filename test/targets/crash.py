"""Dies of a null pointer in a thread, inside an exception handler, with a lock held and a bystander waiting: crash.py."""
import ctypes
import logging
import logging.handlers
import os
import subprocess
import sys
import threading
import time

lock = threading.Lock()
# A buffer in front of a handler: what it holds was not written when the process dies.
logging.basicConfig(level=logging.INFO, handlers=[logging.handlers.MemoryHandler(1000, flushLevel=logging.CRITICAL)])
log = logging.getLogger("shop.pay")


def wait_for_lock():
    with lock:
        pass


def pay(order, password):
    amount = {"EUR": 12.5, "city": "北京"}
    log.info("order %d of %s: %.2f EUR", order, amount["city"], amount["EUR"])
    try:
        raise KeyError(order)
    except KeyError as error:
        try:
            log.warning("no price: %(order)r with %(password)s", {"order": order, "password": password})
            raise ValueError("no price for order %d" % order) from error
        except ValueError:
            let_bystander_wait()
            if "kill" in sys.argv:
                subprocess.run(["kill", "-ABRT", str(os.getpid())])
                time.sleep(60)
            ctypes.string_at(0)


def work():
    with lock:
        pay(4711, "hunter2")


bystander = threading.Thread(target=wait_for_lock, name="bystander", daemon=True)


def let_bystander_wait():
    bystander.start()
    time.sleep(0.4)


worker = threading.Thread(target=work, name="payer")
worker.start()
print("ready", flush=True)
worker.join()
