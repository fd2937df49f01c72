"""Runs `npm start` on a free port, prints what its first page answers, and ends it again."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request

flags = ["--data", "/tmp/data", "--http", "127.0.0.1:0", "--otlp-grpc", "off", "--otlp-http", "off"]
with open("/tmp/serve.log", "w") as log:
    server = subprocess.Popen(["npm", "start", "--"] + flags, stdout=log, stderr=log, start_new_session=True)
deadline = time.time() + 240
answer = None
while answer is None and time.time() < deadline and server.poll() is None:
    listens = re.search(r"http listens on (http://[^\" ]+)", open("/tmp/serve.log").read())
    try:
        if listens:
            response = urllib.request.urlopen(listens.group(1))
            answer = "%d %s" % (response.status, response.url)
    except OSError:
        pass
    time.sleep(0.2)
if server.poll() is None:
    os.killpg(server.pid, signal.SIGTERM)
    server.wait()
print(answer or open("/tmp/serve.log").read())
sys.exit(0 if answer else 1)
