"""A small shop: gateway → orders → payments, a database stand-in over TCP, and customers. Standard library only.

    python3 shop.py ROLE --ports gateway=…,orders=…,payments=…,database=… --otlp URL --logs FOLDER [--fault-after SECONDS]

ROLE is gateway, orders, payments, database or customers. After --fault-after seconds the database holds a lock for a while, again
and again: queries on the stock table wait, the pool of orders runs dry, and customers see errors.
"""

import argparse
import json
import logging
import os
import random
import signal
import socket
import socketserver
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from telemetry import Span, current_span, exporter, metrics, parent_of, set_up_logging

log = logging.getLogger("shop")
POOL_SIZE = 8
FAULT_SECONDS = 45
FAULT_PAUSE = 180


class PoolTimeout(Exception):
    """No database connection became free in time."""


class PaymentDeclined(Exception):
    """The bank said no."""


class Pool:
    """A bounded pool of connections to the database stand-in."""

    def __init__(self, port, size=POOL_SIZE, timeout=2.0):
        self.port, self.timeout, self.size = port, timeout, size
        self.slots = threading.BoundedSemaphore(size)
        self.lock = threading.Lock()
        self.idle, self.in_use = [], 0

    def query(self, statement):
        with Span("SELECT stock" if "stock" in statement else "INSERT orders", kind=3) as span:
            span.attributes.update({"db.system": "postgresql", "db.statement": statement, "db.name": "shop"})
            if not self.slots.acquire(timeout=self.timeout):
                raise PoolTimeout("connection pool exhausted: %d of %d in use 连接池耗尽" % (self.in_use, self.size))
            try:
                self.change(1)
                connection = self.idle.pop() if self.idle else socket.create_connection(("127.0.0.1", self.port))
                connection.sendall(statement.encode() + b"\n")
                answer = connection.makefile().readline()
                self.idle.append(connection)
                return json.loads(answer)
            finally:
                self.change(-1)
                self.slots.release()

    def change(self, step):
        with self.lock:
            self.in_use += step
            metrics.gauge("db_pool_in_use", self.in_use)


def call(port, path, body=None):
    """One HTTP call to another service with the trace context in its header."""
    with Span(("POST /" if body is not None else "GET /") + path.split("/")[1], kind=3) as span:
        request = urllib.request.Request(
            "http://127.0.0.1:%d%s" % (port, path),
            None if body is None else json.dumps(body).encode(),
            {"traceparent": span.traceparent, "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                status, text = response.status, response.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
            span.fail("HTTP %d" % status)
        span.attributes.update({"http.method": request.get_method(), "http.status_code": status, "http.url": request.full_url})
        return status, json.loads(text or b"{}")


def serve(port, routes):
    """Answers `routes` (method and first path segment → function of path and body giving status and answer), and /metrics."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self, method):
            if self.path == "/metrics":
                return self.answer(200, metrics.text().encode(), "text/plain; version=0.0.4")
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size)) if size else {}
            route = "/" + self.path.split("/")[1].split("?")[0]
            began = time.perf_counter()
            with Span("%s %s" % (method, route), kind=2, parent=parent_of(self.headers.get("traceparent"))) as span:
                try:
                    status, answer = routes[method + " " + route](self.path, body)
                except Exception as error:  # a handler's fault becomes a 500, with its traceback in the log
                    log.exception("%s %s failed: %s", method, route, error)
                    span.fail(str(error))
                    status, answer = 500, {"error": str(error)}
                span.attributes.update({"http.method": method, "http.route": route, "http.target": self.path})
                span.attributes["http.status_code"] = status
                seconds = time.perf_counter() - began
                log.info(
                    "%s %s %d in %.1f ms", method, self.path, status, seconds * 1000,
                    extra={"fields": {"http_status": status, "duration_ms": round(seconds * 1000, 2)}},
                )
            metrics.count("http_requests_total", method=method, endpoint=route, status=status)
            metrics.observe("http_request_duration_seconds", seconds, method=method, endpoint=route)
            self.answer(status, json.dumps(answer, ensure_ascii=False).encode(), "application/json")

        def answer(self, status, body, kind):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            self.handle_one("GET")

        def do_POST(self):
            self.handle_one("POST")

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request, client_address):
            # A customer who has gone is not a fault of the shop.
            if not isinstance(sys.exc_info()[1], ConnectionError):
                super().handle_error(request, client_address)

    Server(("127.0.0.1", port), Handler).serve_forever()


def gateway(ports):
    def checkout(_path, body):
        status, answer = call(ports["orders"], "/orders", body)
        if status >= 500:
            log.error("结账失败 checkout failed for user %s: %s", body.get("user_id"), answer.get("error"))
        return status, answer

    def look(path, _body):
        return call(ports["orders"], "/stock/" + path.rsplit("/", 1)[1])

    serve(ports["gateway"], {"POST /checkout": checkout, "GET /products": look})


def orders(ports):
    pool = Pool(ports["database"])

    def create(_path, body):
        user, amount = body["user_id"], body["amount"]
        log.info("new order 新订单", extra={"fields": {"user_id": user, "amount": amount, "request_id": body["request_id"]}})
        with Span("reserve-stock"):
            stock = pool.query("SELECT quantity FROM stock WHERE product = %d FOR UPDATE" % body["product"])
        if stock["rows"] < 3:
            log.warning("库存不足 low stock for product %d", body["product"], extra={"fields": {"user_id": user}})
        status, answer = call(ports["payments"], "/payments", {"user_id": user, "amount": amount})
        if status != 200:
            return status, answer
        pool.query("INSERT INTO orders (user_id, amount) VALUES (%d, %.2f)" % (user, amount))
        metrics.count("orders_total", status="completed", payment_method="alipay")
        return 201, {"order": random.getrandbits(32)}

    def stock(path, _body):
        return 200, pool.query("SELECT quantity FROM stock WHERE product = %s" % path.rsplit("/", 1)[1])

    serve(ports["orders"], {"POST /orders": create, "GET /stock": stock})


def payments(ports):
    def charge(user, amount):
        if random.random() < 0.015:
            raise PaymentDeclined("payment_failed: card of user %d declined by the bank 银行拒绝" % user)
        time.sleep(random.expovariate(1 / 0.012))
        if random.random() < 0.01:
            time.sleep(0.8)
            log.warning("slow bank answer for user %d, amount %.2f CNY", user, amount)

    def pay(_path, body):
        try:
            charge(body["user_id"], body["amount"])
        except PaymentDeclined as error:
            log.error("支付失败 %s", error, exc_info=True, extra={"fields": {"user_id": body["user_id"], "status_code": 402}})
            current_span.get().fail(str(error))
            return 402, {"error": str(error)}
        return 200, {"paid": body["amount"]}

    serve(ports["payments"], {"POST /payments": pay})


def database(ports, fault_after):
    began = time.monotonic()

    def is_locked():
        since = time.monotonic() - began - fault_after
        return fault_after > 0 and since > 0 and since % (FAULT_SECONDS + FAULT_PAUSE) < FAULT_SECONDS

    class Session(socketserver.StreamRequestHandler):
        def handle(self):
            for line in self.rfile:
                statement = line.decode().strip()
                time.sleep(random.expovariate(1 / 0.006))
                waited = time.monotonic()
                while "FOR UPDATE" in statement and is_locked():
                    time.sleep(0.05)
                waited = time.monotonic() - waited
                if waited > 1:
                    log.warning("lock wait %.1f s on table stock 锁等待: %s", waited, statement)
                self.wfile.write(json.dumps({"rows": random.randrange(100)}).encode() + b"\n")

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        request_queue_size = 64

    Server(("127.0.0.1", ports["database"]), Session).serve_forever()


def customers(ports, rate):
    """Steady load that does not slow down when the shop does: each request has a thread of its own, up to a bound."""
    slots = threading.BoundedSemaphore(64)

    def shop_once():
        try:
            if random.random() < 0.4:
                request_id = "req-%08x" % random.getrandbits(32)
                order = {"user_id": random.randrange(1, 5000), "amount": round(random.uniform(5, 500), 2)}
                order.update({"product": random.randrange(1, 50), "request_id": request_id})
                body = json.dumps(order).encode()
                request = urllib.request.Request(
                    "http://127.0.0.1:%d/checkout" % ports["gateway"], body, {"Content-Type": "application/json"}
                )
            else:
                request = "http://127.0.0.1:%d/products/%d" % (ports["gateway"], random.randrange(1, 50))
            urllib.request.urlopen(request, timeout=15).read()
        except OSError:
            pass
        finally:
            slots.release()

    while True:
        time.sleep(random.expovariate(rate))
        if slots.acquire(blocking=False):
            threading.Thread(target=shop_once, daemon=True).start()


def end_with_parent():
    """Ends this process when the other end of its standard input goes away."""
    sys.stdin.read()
    os._exit(0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("role", choices=["gateway", "orders", "payments", "database", "customers"])
    parser.add_argument("--ports", required=True)
    parser.add_argument("--otlp", required=True)
    parser.add_argument("--logs", required=True)
    parser.add_argument("--rate", type=float, default=15, help="requests a second")
    parser.add_argument("--fault-after", type=float, default=60, help="seconds; 0 is never")
    parser.add_argument("--end-with-parent", action="store_true", help="end when standard input closes")
    options = parser.parse_args()
    if options.end_with_parent:
        # Ctrl-C reaches the whole foreground group; the parent decides when we end.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=end_with_parent, daemon=True).start()
    ports = {name: int(port) for name, port in (pair.split("=") for pair in options.ports.split(","))}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    set_up_logging(options.role, options.logs)
    exporter.start(options.otlp)
    if options.role == "database":
        database(ports, options.fault_after)
    elif options.role == "customers":
        customers(ports, options.rate)
    else:
        {"gateway": gateway, "orders": orders, "payments": payments}[options.role](ports)


if __name__ == "__main__":
    main()
