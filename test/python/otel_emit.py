"""Sends logs, spans and metrics of every kind with the OpenTelemetry SDK, and prints what it sent, as the SDK itself describes it.

usage: otel_emit.py grpc|http ENDPOINT
"""

import json
import logging
import sys

from opentelemetry import trace
from opentelemetry.metrics import Observation
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import Counter, Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import AggregationTemporality, InMemoryMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

protocol, endpoint = sys.argv[1:]
if protocol == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    options = {"endpoint": endpoint, "insecure": True}
    logs_to = spans_to = metrics_to = options
else:
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    logs_to, spans_to, metrics_to = (
        {"endpoint": f"{endpoint}/v1/{signal}", "compression": Compression.Gzip} for signal in ("logs", "traces", "metrics")
    )

resource = Resource.create(
    {
        "service.name": "订单",
        "service.namespace": "shop",
        "service.instance.id": "orders-1",
        "deployment.environment": "prod",
        "process.pid": 4242,
        "ratio": 0.25,
        "flags": ["a", "b"],
    }
)

# Spans: nested, with events, links, an exception, attributes of every type, old and new names.
spans = InMemorySpanExporter()
tracer_provider = TracerProvider(resource=resource)
tracer_provider.add_span_processor(SimpleSpanProcessor(spans))
tracer_provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter(**spans_to)))
tracer = tracer_provider.get_tracer("shop.tracing", "1.2.3", attributes={"team": "payments"})

# Logs through the standard library.
log_records = InMemoryLogRecordExporter()
logger_provider = LoggerProvider(resource=resource)
logger_provider.add_log_record_processor(SimpleLogRecordProcessor(log_records))
logger_provider.add_log_record_processor(SimpleLogRecordProcessor(OTLPLogExporter(**logs_to)))
logger = logging.getLogger("shop.orders")
logger.setLevel(logging.DEBUG)
logger.addHandler(LoggingHandler(logger_provider=logger_provider))

# Metrics: cumulative and delta, from one set of instruments read twice.
views = [View(instrument_name="size.exponential", aggregation=ExponentialBucketHistogramAggregation(max_size=20))]
delta = {Counter: AggregationTemporality.DELTA, Histogram: AggregationTemporality.DELTA}
cumulative_reader = InMemoryMetricReader()
delta_reader = InMemoryMetricReader(preferred_temporality=delta)
meter_provider = MeterProvider(resource=resource, metric_readers=[cumulative_reader, delta_reader], views=views)
meter = meter_provider.get_meter("shop.metrics", "4.5.6", attributes={"team": "payments"})
counter = meter.create_counter("orders.created", unit="{order}", description="Orders that were created")
balance = meter.create_up_down_counter("queue.size", unit="1")
latency = meter.create_histogram("http.server.request.duration", unit="s", description="用时")
exponential = meter.create_histogram("size.exponential", unit="By")
meter.create_observable_gauge("cpu.usage", [lambda _: [Observation(0.75, {"core": 0}), Observation(-2, {"core": 1})]], unit="1")
meter.create_observable_counter("gc.time", [lambda _: [Observation(12.5, {"generation": 2})]], unit="ms")


def charge(order):
    raise ValueError(f"余额不足: {order}")


with tracer.start_as_current_span(
    "POST /orders",
    kind=trace.SpanKind.SERVER,
    attributes={"http.method": "POST", "http.status_code": 201, "http.target": "/orders?id=7", "net.peer.port": 50123, "rate": 0.5, "cached": False, "ids": [1, 2, 3]},
) as server:
    with tracer.start_as_current_span("charge", kind=trace.SpanKind.CLIENT, attributes={"db.system": "postgresql", "db.statement": "SELECT 1", "net.peer.name": "db"}) as client:
        client.add_event("retry", {"attempt": 2, "reason": "超时"})
        counter.add(3, {"http.method": "POST", "kind": "新"})
        latency.record(0.2, {"http.route": "/orders"})
        latency.record(7, {"http.route": "/orders"})
        exponential.record(1.5, {"a": "b"})
        exponential.record(300, {"a": "b"})
        logger.info("用户登录成功 %s", "王", extra={"user_id": 42, "tags": ["x", "y"], "detail": {"deep": {"er": None}}})
        try:
            charge("A-1")
        except ValueError as error:
            client.record_exception(error)
            client.set_status(trace.Status(trace.StatusCode.ERROR, "payment failed"))
            logger.exception("payment failed")
with tracer.start_as_current_span("worker", kind=trace.SpanKind.CONSUMER, links=[trace.Link(server.get_span_context(), {"why": "batch"})]):
    pass
counter.add(2, {"http.method": "GET", "kind": "旧"})
balance.add(-5)
logger.warning({"message": "structured", "code": 7})

exporter = OTLPMetricExporter(**metrics_to)
metrics = []
for reader in (cumulative_reader, delta_reader):
    data = reader.get_metrics_data()
    exporter.export(data)
    # Nanoseconds and ids are too large for the numbers of the reader: as text they keep their digits.
    metrics.append(json.loads(data.to_json(), parse_int=lambda text: int(text) if len(text) < 16 else text))
meter_provider.shutdown()
tracer_provider.shutdown()
logger_provider.shutdown()


def describe_log(data):
    record = data.log_record
    context = {"trace_id": f"{record.trace_id:032x}" if record.trace_id else "0" * 32, "span_id": f"{record.span_id:016x}" if record.span_id else "0" * 16}
    return {
        "time": str(record.timestamp or 0),
        "observed": str(record.observed_timestamp),
        "severity": record.severity_number.value,
        "severity_text": record.severity_text,
        "body": record.body,
        "attributes": dict(record.attributes),
        "logger": data.instrumentation_scope.name,
        **context,
    }


def describe_span(span):
    return {
        "name": span.name,
        "kind": span.kind.value + 1,
        "trace_id": f"{span.context.trace_id:032x}",
        "span_id": f"{span.context.span_id:016x}",
        "parent_id": f"{span.parent.span_id:016x}" if span.parent else "0" * 16,
        "start": str(span.start_time),
        "end": str(span.end_time),
        "status": span.status.status_code.value,
        "status_message": span.status.description or "",
        "attributes": dict(span.attributes),
        "events": [{"time": str(event.timestamp), "name": event.name, "attributes": dict(event.attributes)} for event in span.events],
        "links": [{"traceId": f"{link.context.trace_id:032x}", "spanId": f"{link.context.span_id:016x}", "attributes": dict(link.attributes)} for link in span.links],
    }


json.dump(
    {
        "logs": [describe_log(data) for data in log_records.get_finished_logs()],
        "spans": [describe_span(span) for span in spans.get_finished_spans()],
        "metrics": metrics,
    },
    sys.stdout,
    default=lambda value: dict(value) if hasattr(value, "keys") else list(value) if isinstance(value, (list, tuple)) else str(value),
)
