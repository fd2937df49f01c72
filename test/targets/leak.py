"""Keeps a session and its text for every tick."""
import time


class Session:
    def __init__(self, number):
        self.number = number
        self.text = "session %d" % number


sessions = []
print("ready", flush=True)
while True:
    sessions.extend(Session(len(sessions)) for _ in range(100))
    time.sleep(0.02)
