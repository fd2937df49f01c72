"""Two threads inside OpenTelemetry spans, and one in none. Prints the ids."""
import threading
import time

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

trace.set_tracer_provider(TracerProvider())
tracer = trace.get_tracer("test")


def work(name):
    with tracer.start_as_current_span("outer"), tracer.start_as_current_span("inner") as span:
        context = span.get_span_context()
        print("%s %032x %016x" % (name, context.trace_id, context.span_id), flush=True)
        time.sleep(1000)


for number in range(2):
    threading.Thread(target=work, args=("worker-%d" % number,), name="worker-%d" % number, daemon=True).start()
time.sleep(0.3)
print("ready", flush=True)
time.sleep(1000)
