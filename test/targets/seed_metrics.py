# Serves what seeds/monitoring.py counts: requests of three kinds, of which some fail. Usage: seed_metrics.py FOLDER_OF_SEEDS; prints its port.
import random
import socket
import sys
import time

sys.path.insert(0, sys.argv[1])
import monitoring  # noqa: E402
from prometheus_client import start_http_server  # noqa: E402


@monitoring.monitor_request
def answer(method, endpoint):
    time.sleep(random.random() * 0.02)
    is_broken = endpoint == '/结算' and random.random() < 0.3
    return {'status_code': 500 if is_broken else 200, 'size': 100}


with socket.socket() as probe:
    probe.bind(('127.0.0.1', 0))
    port = probe.getsockname()[1]
start_http_server(port, addr='127.0.0.1')
print(port, flush=True)
while True:
    answer(method=random.choice(['GET', 'POST']), endpoint=random.choice(['/', '/orders', '/结算']))
