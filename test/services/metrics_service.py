"""A gunicorn application with prometheus_client in multiprocess mode, as its documentation has it."""
import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, multiprocess
from prometheus_client.exposition import choose_encoder

REQUESTS = Counter("shop_requests", "请求 served", ["path"])
LATENCY = Histogram("shop_latency_seconds", "How long it took", buckets=(0.1, 1, 10))
IN_FLIGHT = Gauge("shop_in_flight", "Requests under way", multiprocess_mode="livesum")
WORKERS = Gauge("shop_worker", "One a worker", multiprocess_mode="liveall")


def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/metrics":
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
        generate, content_type = choose_encoder(environ.get("HTTP_ACCEPT", ""))
        start_response("200 OK", [("Content-Type", content_type)])
        return [generate(registry)]
    WORKERS.set(1)
    with IN_FLIGHT.track_inprogress(), LATENCY.time():
        REQUESTS.labels(path).inc()
        body = str(os.getpid()).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
