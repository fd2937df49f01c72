"""A Flask service with the OpenTelemetry SDK: makes requests to itself and prints, as JSON, everything that it sent.

    python flask_service.py grpc|http ENDPOINT REQUESTS
"""

import json
import logging
import sys
import urllib.error
import urllib.request
from threading import Thread

from flask import Flask, request
from opentelemetry import metrics, trace
from opentelemetry._logs import set_logger_provider
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from werkzeug.serving import make_server

protocol, endpoint, count = sys.argv[1], sys.argv[2], int(sys.argv[3])

if protocol == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    arguments = [{"endpoint": endpoint, "insecure": True}] * 3
else:
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    paths = ("/v1/logs", "/v1/traces", "/v1/metrics")
    arguments = [{"endpoint": endpoint + path, "compression": Compression.Gzip} for path in paths]

resource = Resource.create({"service.name": "flask-" + protocol, "service.version": "1.0", "team": "订单组"})
sent = {"logs": [], "spans": [], "counter": 0}


class Remember(SpanProcessor):
    def on_end(self, span):
        context = span.get_span_context()
        parent = span.parent.span_id if span.parent else 0
        sent["spans"].append(
            {
                "traceId": "%032x" % context.trace_id,
                "spanId": "%016x" % context.span_id,
                "parentId": "%016x" % parent if parent else "",
                "name": span.name,
                "start": str(span.start_time),
                "duration": str(span.end_time - span.start_time),
                "events": len(span.events),
            }
        )


log_provider = LoggerProvider(resource=resource)
log_provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(**arguments[0])))
set_logger_provider(log_provider)
tracer_provider = TracerProvider(resource=resource)
tracer_provider.add_span_processor(Remember())
tracer_provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(**arguments[1])))
trace.set_tracer_provider(tracer_provider)
reader = PeriodicExportingMetricReader(OTLPMetricExporter(**arguments[2]), export_interval_millis=3_600_000)
meter_provider = MeterProvider(resource=resource, metric_readers=[reader])
metrics.set_meter_provider(meter_provider)

logger = logging.getLogger("shop.orders")
logger.setLevel(logging.INFO)
logger.addHandler(LoggingHandler(logger_provider=log_provider))
tracer = trace.get_tracer("shop.orders")
orders = metrics.get_meter("shop.orders").create_counter("shop.orders", unit="{order}", description="订单数")

app = Flask(__name__)
FlaskInstrumentor().instrument_app(app)


@app.route("/orders/<int:number>")
def order(number):
    def say(level, text, **extra):
        context = trace.get_current_span().get_span_context()
        sent["logs"].append({"body": text, "traceId": "%032x" % context.trace_id, "level": logging.getLevelName(level)})
        logger.log(level, text, extra=extra, exc_info=level >= logging.ERROR)

    say(logging.INFO, "收到订单 order %d 🛒" % number, user_id=number * 7, request_id="req-%d" % number, agent=request.user_agent.string)
    orders.add(1, {"kind": "普通"})
    sent["counter"] += 1
    with tracer.start_as_current_span("reserve-stock") as span:
        span.set_attribute("product.id", number)
        try:
            if number % 10 == 0:
                raise ValueError("库存不足 for order %d" % number)
        except ValueError as error:
            span.record_exception(error)
            say(logging.ERROR, "order %d failed 下单失败" % number)
            return "no", 500
    return "ok"


server = make_server("127.0.0.1", 0, app, threaded=True)
logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
Thread(target=server.serve_forever, daemon=True).start()
for number in range(count):
    try:
        urllib.request.urlopen("http://127.0.0.1:%d/orders/%d" % (server.server_port, number)).read()
    except urllib.error.HTTPError:
        pass
server.shutdown()
for provider in (tracer_provider, log_provider, meter_provider):
    provider.force_flush(30_000)
    provider.shutdown()
json.dump(sent, sys.stdout, ensure_ascii=False)
