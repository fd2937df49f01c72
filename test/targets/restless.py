"""Never the same process for long: restless.py exec|fork|exit. Prints "ready" each time it begins."""
import os
import sys
import time

print("ready", flush=True)
if sys.argv[1] == "exec":
    time.sleep(0.02)
    os.execv(sys.executable, [sys.executable] + sys.argv)
while True:
    child = os.fork()
    if child == 0:
        if sys.argv[1] == "exit":
            os._exit(0)
        time.sleep(0.01)
        sys.exit()
    time.sleep(0.002)
    os.waitpid(child, 0)
