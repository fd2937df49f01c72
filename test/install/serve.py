"""Runs `npm start` on a port, prints what its first page answers, and ends it again."""

import os
import signal
import subprocess
import sys
import time
import urllib.request

ADDRESS = "127.0.0.1:17070"
flags = ["--data", "/tmp/data", "--http", ADDRESS, "--otlp-grpc", "off", "--otlp-http", "off"]
with open("/tmp/serve.log", "w") as log:
    server = subprocess.Popen(["npm", "start", "--"] + flags, stdout=log, stderr=log, start_new_session=True)
deadline = time.time() + 60
answer = None
while answer is None and time.time() < deadline:
    try:
        response = urllib.request.urlopen("http://%s/" % ADDRESS)
        answer = "%d %s" % (response.status, response.url)
    except OSError:
        time.sleep(0.2)
os.killpg(server.pid, signal.SIGTERM)
server.wait()
print(answer or open("/tmp/serve.log").read())
sys.exit(0 if answer else 1)
