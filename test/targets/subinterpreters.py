"""A sub-interpreter that sleeps in a thread of its own, and one inside the main thread. Prints "ready" twice."""
import threading

try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

SOURCE = """
import time
def sleep_inside(name):
    number = 7
    print("ready", flush=True)
    time.sleep(1000)
sleep_inside(%r)
"""


def run(name):
    interpreters.run_string(interpreters.create(), SOURCE % name)


threading.Thread(target=run, args=("worker",), name="runner", daemon=True).start()
run("main")
