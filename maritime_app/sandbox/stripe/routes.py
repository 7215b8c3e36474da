"""The API: /stripe/v1/..., as the Stripe library calls it."""

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from maritime_app.sandbox.model import SandboxConfig
from maritime_app.sandbox.stripe import pay, provider
from maritime_app.sandbox.stripe.codec import UnreadableForm, parse_form
from maritime_app.sandbox.stripe.model import API_VERSION, Obj, StripeProblem
from maritime_app.sandbox.stripe.objects import (
    absent,
    balance,
    customers,
    disputes,
    events,
    intents,
    refunds,
    sessions,
    setups,
)
from maritime_app.sandbox.stripe.objects.lists import expand
from maritime_app.sandbox.stripe.params import Call
from maritime_app.sandbox.stripe.provider import PROVIDER, Provider

Action = Callable[[Call], Obj]

_API: list[tuple[str, str, Action]] = [
    ("POST", "/v1/checkout/sessions", sessions.create),
    ("GET", "/v1/checkout/sessions", sessions.listed),
    ("GET", "/v1/checkout/sessions/{id}", sessions.retrieve),
    ("POST", "/v1/checkout/sessions/{id}", sessions.update),
    ("GET", "/v1/checkout/sessions/{id}/line_items", sessions.list_line_items),
    ("POST", "/v1/checkout/sessions/{id}/expire", sessions.expire),
    ("POST", "/v1/payment_intents", absent.create),
    ("GET", "/v1/payment_intents", intents.listed),
    ("GET", "/v1/payment_intents/{id}", intents.retrieve),
    ("POST", "/v1/payment_intents/{id}", intents.update),
    ("POST", "/v1/payment_intents/{id}/cancel", intents.cancel),
    ("GET", "/v1/setup_intents", setups.listed),
    ("GET", "/v1/setup_intents/{id}", setups.retrieve),
    ("GET", "/v1/customers/{id}", customers.retrieve),
    ("GET", "/v1/payment_methods/{id}", customers.retrieve_method),
    ("POST", "/v1/payment_methods/{id}/detach", customers.detach),
    ("GET", "/v1/charges", intents.listed_charges),
    ("GET", "/v1/charges/{id}", intents.retrieve_charge),
    ("POST", "/v1/refunds", refunds.create),
    ("GET", "/v1/refunds", refunds.listed),
    ("GET", "/v1/refunds/{id}", refunds.retrieve),
    ("POST", "/v1/refunds/{id}", refunds.update),
    ("GET", "/v1/disputes", disputes.listed),
    ("GET", "/v1/disputes/{id}", disputes.retrieve),
    ("GET", "/v1/balance", balance.show),
    ("GET", "/v1/balance_transactions", balance.listed),
    ("GET", "/v1/balance_transactions/{id}", balance.retrieve),
    ("GET", "/v1/payouts", balance.listed_payouts),
    ("GET", "/v1/events", events.listed),
    ("GET", "/v1/events/{id}", events.retrieve),
]


def mount(app: web.Application, config: SandboxConfig) -> None:
    """Serve the API and the payment page below /stripe."""
    provider.mount(app, config)
    for method, path, action in _API:
        app.router.add_route(method, f"/stripe{path}", _endpoint(action))
    pay.mount(app)
    app.router.add_route("*", "/stripe/v1/{tail:.*}", _endpoint(_unknown))


def _unknown(call: Call) -> Obj:
    raise StripeProblem(
        f"Unrecognized request URL ({call.url}). The sandbox plays only a part of the API.",
        status=404,
    )


def _endpoint(action: Action) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        provider = request.app[PROVIDER]
        call = provider.call(request)
        status, body, replayed_of = await _answer(provider, request, call, action)
        headers = {"Request-Id": call.request_id, "Stripe-Version": _version(request)}
        if call.idempotency_key:
            headers["Idempotency-Key"] = call.idempotency_key
        if replayed_of:
            headers |= {"Idempotent-Replayed": "true", "Original-Request": replayed_of}
        await _lose_answer(provider, request)
        return web.Response(
            body=body, status=status, headers=headers, content_type="application/json"
        )

    return handle


def _version(request: web.Request) -> str:
    return request.headers.get("Stripe-Version", API_VERSION)


async def _answer(
    provider: Provider, request: web.Request, call: Call, action: Action
) -> tuple[int, bytes, str]:
    """Status, body, and the id of the first request when this is a replay."""
    try:
        _authenticate(request)
        call.params.update(await _params(request))
        _stumble(provider)
        if request.method == "POST" and call.idempotency_key:
            with provider.keys.running(call.idempotency_key):
                return await _once(provider, call, action)
        await asyncio.sleep(call.faults.latency_seconds)
        return *_run(provider, call, action), ""
    except StripeProblem as problem:
        return problem.status, msgspec.json.encode(problem.body), ""


async def _once(provider: Provider, call: Call, action: Action) -> tuple[int, bytes, str]:
    key, path, sent = call.idempotency_key or "", call.url, dict(call.params)
    kept = provider.keys.answered(key, path, sent, call.now)
    if kept is not None:
        return kept["status"], kept["body"].encode(), kept["request_id"]
    await asyncio.sleep(call.faults.latency_seconds)

    def remember(status: int, body: bytes) -> None:
        answer = {"status": status, "body": body.decode(), "request_id": call.request_id}
        provider.keys.keep(key, path, sent, call.now, answer)

    return *_run(provider, call, action, remember), ""


def _run(
    provider: Provider,
    call: Call,
    action: Action,
    remember: Callable[[int, bytes], None] | None = None,
) -> tuple[int, bytes]:
    wanted, status, kept = call.params.pop("expand", None), 200, True
    try:
        body = msgspec.json.encode(expand(provider.ledger, action(call), wanted))
    except StripeProblem as problem:
        body, status, kept = msgspec.json.encode(problem.body), problem.status, problem.kept
    if remember is not None and kept:
        remember(status, body)
    provider.ledger.flush()
    return status, body


def _authenticate(request: web.Request) -> None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            secret = base64.b64decode(secret, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            secret = ""
    if not secret:
        raise StripeProblem("You did not provide an API key.", status=401)
    if "_live_" in secret:
        raise StripeProblem("This is a sandbox: it never takes a live key.", status=401)
    if not secret.startswith(("sk_", "rk_")):
        raise StripeProblem(f"Invalid API Key provided: {secret[:7]}****", status=401)


async def _params(request: web.Request) -> Obj:
    text = request.query_string if request.method == "GET" else await request.text()
    try:
        return parse_form(text)
    except ValueError as error:
        message = str(error) if isinstance(error, UnreadableForm) else "Invalid request body"
        raise StripeProblem(message, kept=False) from error


def _stumble(provider: Provider) -> None:
    """The faults before anything is done."""
    faults = provider.switches.faults.stripe
    if provider.switches.happens(faults.rate_limit_rate):
        raise StripeProblem("Too many requests", status=429, code="rate_limit", kept=False)
    if provider.switches.happens(faults.error_rate):
        message = "An unknown error occurred (switched on in the sandbox)"
        raise StripeProblem(message, status=500, kind="api_error", kept=False)


async def _lose_answer(provider: Provider, request: web.Request) -> None:
    """The fault after everything is done: the caller waits in vain, or the line drops at once."""
    faults = provider.switches.faults.stripe
    if not provider.switches.happens(faults.timeout_rate):
        return
    if provider.switches.happens(0.5):
        await asyncio.sleep(faults.timeout_seconds)
    if request.transport is not None:
        request.transport.abort()
