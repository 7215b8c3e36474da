"""Spans for OpenTelemetry: a request, the jobs that it wrote, their mails and outside calls, one
trace.

Off, as it is without `tracing.endpoint`, a span is a constant and nothing of OpenTelemetry is
imported. The trace's id is the request id (infra.request_id), unless the caller gave one of another
form.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext, suppress
from typing import Any, Final

from maritime_app.names import brand
from maritime_app.settings.file import SettingsError
from maritime_app.settings.model import Tracing

_OFF: Final[AbstractContextManager[None]] = nullcontext()
_LAST_EXPORT_SECONDS = 2.0  # a collector that is away holds up no stop for longer
_MISSING = (
    "tracing.endpoint is set, but OpenTelemetry is not installed:"
    " pip install --require-hashes -r requirements-otel.lock"
)


class _State:
    """What makes spans in this process; None while tracing is off."""

    tracer: Any = None


def is_on() -> bool:
    """Return whether spans are made: a road that is gone often asks first."""
    return _State.tracer is not None


def span(
    name: str,
    kind: str,
    *,
    parent: str | None = None,
    about: Mapping[str, str | int] | None = None,
) -> AbstractContextManager[Any]:
    """Return a span around a block; an exception that leaves the block is recorded in it.

    `kind` is "server", "consumer", "client" or "internal"; `parent` a `traceparent` from outside of
    this task (W3C Trace Context), else the span in which this one begins is its parent.
    """
    if _State.tracer is None:
        return _OFF
    from opentelemetry.trace import SpanKind

    made: AbstractContextManager[Any] = _State.tracer.start_as_current_span(
        name, context=_context(parent), kind=SpanKind[kind.upper()], attributes=about
    )
    return made


def traceparent() -> str | None:
    """Return the header that carries the present span on; None while there is none."""
    if _State.tracer is None:
        return None
    carrier: dict[str, str] = {}
    _propagator().inject(carrier)
    return carrier.get("traceparent")


def trace_id() -> str | None:
    """Return the present trace's id, 32 hexadecimal digits; None while there is none."""
    carried = traceparent()
    return carried.split("-")[1] if carried else None


def answered(status: int) -> None:
    """Say with which status the request of the present span was answered."""
    if _State.tracer is None:
        return
    from opentelemetry.trace import StatusCode, get_current_span

    present = get_current_span()
    present.set_attribute("http.response.status_code", status)
    if status >= 500:
        present.set_status(StatusCode.ERROR)


@asynccontextmanager
async def exporting(settings: Tracing) -> AsyncIterator[None]:
    """Send spans to the collector (OTLP over HTTP, protobuf) until left; nothing without one.

    Raise SettingsError when the optional packages are missing.
    """
    if not settings.endpoint:
        yield
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise SettingsError(_MISSING) from error
    exporter = OTLPSpanExporter(
        settings.endpoint.rstrip("/") + "/v1/traces", timeout=_LAST_EXPORT_SECONDS
    )
    # A thread of its own sends batches; what does not fit into its queue is dropped.
    async with recording(BatchSpanProcessor(exporter), settings.share):
        yield


@asynccontextmanager
async def recording(processor: Any, share: float = 1.0) -> AsyncIterator[None]:
    """Make spans and hand them to the processor until left.

    `share` is that of traces that begin here; a caller's `traceparent` decides for its own.
    """
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio

    about = {"service.name": "fairway", "service.version": brand.VERSION}
    provider = TracerProvider(
        ParentBasedTraceIdRatio(share), Resource.create(about), shutdown_on_exit=False
    )
    provider.add_span_processor(processor)
    before, _State.tracer = _State.tracer, provider.get_tracer("maritime_app", brand.VERSION)
    try:
        yield
    finally:
        _State.tracer = before
        with suppress(TimeoutError):
            async with asyncio.timeout(2 * _LAST_EXPORT_SECONDS):
                await asyncio.to_thread(provider.shutdown)


def _context(parent: str | None) -> Any:
    return _propagator().extract({"traceparent": parent}) if parent else None


def _propagator() -> Any:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator()
