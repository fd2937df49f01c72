"""Two threads that sleep in known lines, with arguments and locals of many kinds."""
import threading
import time


def inner(number, *rest, text="名前", **options):
    local_list = [1, 2, {"a": (None, True)}]
    password = "hunter2"
    print("ready", flush=True)
    time.sleep(1000)


def outer():
    inner(3, 4.5, key=b"\x00\xff")


threading.Thread(target=outer, name="工人-1", daemon=True).start()
outer()
