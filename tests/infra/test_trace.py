"""One trace from a request through its jobs to their mails and calls, where it is wanted."""

import itertools
import subprocess
import sys
from email.message import EmailMessage

import msgspec
import pytest
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from maritime_app.emails import gateway as smtp
from maritime_app.infra.processes.listening import listening
from maritime_app.infra.telemetry import tracing
from maritime_app.infra.upstreams.http import Upstream, UpstreamError
from maritime_app.jobs.model import Task
from maritime_app.jobs.outbox import enqueue
from maritime_app.jobs.workers import working
from maritime_app.settings.file import SettingsError
from maritime_app.settings.model import Tracing
from tests import signed_in
from tests.ledger import until_state

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00f067aa0ba902b7"


@pytest.fixture
async def spans():
    """Tracing is on; the spans that have ended."""
    kept = InMemorySpanExporter()
    async with tracing.recording(SimpleSpanProcessor(kept)):
        yield kept


@pytest.fixture
async def outside():
    """An outside service that notes the `traceparent` of each call, and answers 503 to /down."""
    heard = []

    async def take(request):
        heard.append(request.headers.get("traceparent"))
        return web.Response(status=503 if request.path == "/down" else 200)

    app = web.Application()
    app.router.add_get("/{tail:.*}", take)
    async with listening(app, "127.0.0.1", 0, setting="PORT") as address:
        yield address, heard


async def test_it_works(client, resources, spans, outside):
    """A clerk starts a task that writes another one, which calls somebody: four spans."""
    address, heard = outside

    async def call(res):
        await Upstream(res.http, "outside", address, title="Outside", deadline_seconds=20).call(
            "GET", "/"
        )

    async def begin(res):
        async with res.db.transaction() as conn:
            await enqueue(conn, "ops.call_outside", unique_key="the call")

    tasks = [Task("ops.call_outside", call), Task("ops.tidy_up", begin)]
    headers = await signed_in.token(resources)
    given = {**headers, "traceparent": f"00-{TRACE}-{CALLER}-01"}
    async with working(resources, tasks, []):
        async with client.post(
            "/api/admin-tools/tasks/trigger/",
            json={"task": "ops.tidy_up", "payload": {}},
            headers=given,
        ) as answer:
            assert answer.headers["X-Request-Id"] == TRACE
            await until_state(resources.db, (await answer.json())["task_id"], "done")
        async with resources.db.acquire() as conn:
            second = await conn.fetchval("select id from job where unique_key = 'the call'")
        await until_state(resources.db, second, "done")

    ours = [one for one in spans.get_finished_spans() if f"{one.context.trace_id:032x}" == TRACE]
    named = {one.name: one for one in ours}
    road = [
        "POST /api/admin-tools/tasks/trigger/",
        "ops.tidy_up",
        "ops.call_outside",
        "GET outside",
    ]
    assert sorted(named) == sorted(road)
    assert f"{named[road[0]].parent.span_id:016x}" == CALLER
    for above, below in itertools.pairwise(road):
        assert named[below].parent.span_id == named[above].context.span_id, below
    assert [named[name].kind for name in road] == [
        SpanKind.SERVER,
        SpanKind.CONSUMER,
        SpanKind.CONSUMER,
        SpanKind.CLIENT,
    ]
    assert heard == [f"00-{TRACE}-{named['GET outside'].context.span_id:016x}-01"]


async def test_a_request_without_a_trace_begins_one_under_its_own_id(client, spans):
    async with client.get("/api/v1/ferries/search?from=NOOSL") as answer:
        said = answer.headers["X-Request-Id"]

    (span,) = spans.get_finished_spans()
    assert f"{span.context.trace_id:032x}" == said
    assert span.attributes["http.route"] == "/api/v1/ferries/search"
    assert span.attributes["http.response.status_code"] == 422
    assert span.status.is_ok


async def test_what_failed_says_so(resources, spans, outside):
    """A call that is refused, and a mail that no server takes."""
    address, _ = outside
    upstream = Upstream(resources.http, "outside", address, title="Outside", deadline_seconds=20)
    with pytest.raises(UpstreamError):
        await upstream.get_json("/down", dict)
    nobody = msgspec.structs.replace(resources.settings.smtp, host="127.0.0.1", port=1)
    with pytest.raises(Exception, match="mail server"):
        await smtp.send(msgspec.structs.replace(resources.settings, smtp=nobody), a_mail())

    for span in spans.get_finished_spans():
        assert not span.status.is_ok, span.name
        assert span.events[0].name == "exception"
    assert [one.name for one in spans.get_finished_spans()] == ["GET outside", "smtp send"]


async def test_spans_reach_a_collector():
    came = []

    async def take(request):
        came.append(ExportTraceServiceRequest.FromString(await request.read()))
        return web.Response(content_type="application/x-protobuf")

    app = web.Application()
    app.router.add_post("/v1/traces", take)
    async with listening(app, "127.0.0.1", 0, setting="PORT") as address:
        async with tracing.exporting(Tracing(endpoint=address, share=1.0)):
            with tracing.span("somewhere", "internal"):
                assert tracing.traceparent()
        assert tracing.traceparent() is None

    (resource,) = came[0].resource_spans
    assert resource.scope_spans[0].spans[0].name == "somewhere"
    about = {one.key: one.value.string_value for one in resource.resource.attributes}
    assert about["service.name"] == "fairway"


async def test_without_the_packages_the_start_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace.export", None)

    with pytest.raises(SettingsError, match=r"requirements-otel\.lock"):
        async with tracing.exporting(Tracing(endpoint="http://127.0.0.1:4318", share=1.0)):
            pass


def test_off_it_costs_no_import():
    """The whole application is there, and nothing of OpenTelemetry."""
    script = (
        "import sys; from maritime_app import app\n"
        "from maritime_app.infra.telemetry import tracing\n"
        "assert tracing.span('x', 'internal') is tracing.span('y', 'server');"
        "assert tracing.traceparent() is None;"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"


def a_mail():
    """A mail that nobody takes."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "ferries@example.org", "ada@example.org"
    mail.set_content("Hello.")
    return mail
