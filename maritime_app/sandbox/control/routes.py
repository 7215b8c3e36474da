"""/control: which faults are on; a page for people, JSON for scripts.

GET /control/state.json shows the switches. POST /control with JSON lays a partial, nested patch
over them:
`{"stripe": {"duplicates": 3}, "operators": {"NDL": {"down": true}}}`. POST /control/reset puts all
back. POST /control/scenario: `{"name": "refused"}` puts everything back and lays one of SCENARIOS
over it.
POST /control/disputes: `{"charge": "ch_..."}` opens a chargeback, `{"dispute": "du_...", "won":
true}` closes it. POST /control/refunds: a refund begun in the provider's own dashboard, with the
fields of Stripe's call. POST /control/payouts: `{"currency": "eur"}` pays the balance out.
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from aiohttp import web
from yarl import URL

from maritime_app.sandbox.control.scenarios import SCENARIOS
from maritime_app.sandbox.control.switch_help import SWITCH_HELP
from maritime_app.sandbox.control.timeline import TIMELINE, note
from maritime_app.sandbox.faults import FAULT_SWITCHES
from maritime_app.sandbox.model import Faults, OperatorFaults
from maritime_app.sandbox.pages import page
from maritime_app.sandbox.stripe.model import Obj, StripeProblem
from maritime_app.sandbox.stripe.objects import balance, disputes, refunds
from maritime_app.sandbox.stripe.params import Call
from maritime_app.sandbox.stripe.provider import PROVIDER


def mount(app: web.Application) -> None:
    """Serve the switches."""
    app.router.add_get("/control", show)
    app.router.add_get("/control/state.json", state)
    app.router.add_post("/control", change)
    app.router.add_post("/control/reset", reset)
    app.router.add_post("/control/scenario", play)
    app.router.add_post("/control/disputes", dispute)
    app.router.add_post("/control/refunds", refund)
    app.router.add_post("/control/payouts", payout)


async def show(request: web.Request) -> web.Response:
    """The page with every switch."""
    return _page(request)


def _page(request: web.Request, error: str = "") -> web.Response:
    now = request.app[FAULT_SWITCHES].faults
    groups = [(title, list(switches_of(prefix, part))) for title, prefix, part in parts(now)]
    waiting = request.app[PROVIDER].delivery.waiting
    watched = request.app[TIMELINE]
    moments = list(watched)
    return page(
        "control.html",
        status=400 if error else 200,
        groups=groups,
        error=error,
        waiting=waiting,
        scenarios=SCENARIOS.values(),
        on=request.query.get("on", ""),
        service=_service_address(request),
        moments=moments[::-1],
    )


def _service_address(request: web.Request) -> str:
    """Return where the service is that is told of payments: its webhook's address says it."""
    addresses = [URL(address) for address in request.app[PROVIDER].endpoints()]
    return next((str(address.origin()) for address in addresses if address.is_absolute()), "")


def parts(now: Faults) -> Iterator[tuple[str, str, msgspec.Struct]]:
    """Yield the parts of the outside world: title, name in a patch, present faults."""
    yield "Payments (Stripe)", "stripe", now.stripe
    for code in sorted(now.operators):
        yield f"Operator {code}", f"operators.{code}", now.operators[code]
    yield "Mail (SMTP)", "smtp", now.smtp
    yield "Ships (AIS)", "ais", now.ais
    yield "Pulled ships (AISHub)", "aishub", now.aishub
    yield "Weather", "weather", now.weather
    yield "Warnings to ships", "warnings", now.warnings
    yield "Statistics (UNCTAD)", "unctad", now.unctad
    yield "Port calls by day (PortWatch)", "portwatch", now.portwatch
    yield "Port performance (World Bank)", "cppi", now.cppi
    yield "A timetable's publisher (GTFS)", "gtfs", now.gtfs


def switches_of(prefix: str, part: msgspec.Struct) -> Iterator[dict[str, Any]]:
    """Yield the switches of a part, as the page shows them."""
    for field in msgspec.structs.fields(type(part)):
        value = getattr(part, field.name)
        choices = getattr(field.type, "__args__", ())
        yield {
            "name": f"{prefix}.{field.name}",
            "label": field.name.replace("_", " "),
            "value": value,
            "choices": choices,
            "help": SWITCH_HELP.get(f"{prefix.partition('.')[0]}.{field.name}", ""),
        }


async def state(request: web.Request) -> web.Response:
    """The switches as JSON, and what is still under way."""
    return _state(request)


def _state(request: web.Request) -> web.Response:
    now = msgspec.to_builtins(request.app[FAULT_SWITCHES].faults)
    body = now | {"deliveries_waiting": request.app[PROVIDER].delivery.waiting}
    return web.json_response(body)


async def change(request: web.Request) -> web.Response:
    """Lay a patch over the switches: JSON, or the page's form."""
    switches = request.app[FAULT_SWITCHES]
    try:
        if request.content_type == "application/json":
            switches.change(msgspec.json.decode(await request.read(), type=dict[str, Any]))
            return _state(request)
        switches.change(
            _nested({name: str(value) for name, value in (await request.post()).items()})
        )
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        if request.content_type == "application/json":
            return web.json_response({"error": str(error)}, status=400)
        return _page(request, str(error))
    return web.Response(status=303, headers={"Location": "/control"})


def _nested(sent: dict[str, str]) -> dict[str, Any]:
    patch: dict[str, Any] = {}
    for name, value in sent.items():
        node = patch
        *groups, last = name.split(".")
        for group in groups:
            node = node.setdefault(group, {})
        node[last] = value
    return patch


async def reset(request: web.Request) -> web.Response:
    """Back to the faults of the start."""
    request.app[FAULT_SWITCHES].reset()
    if request.content_type == "application/json":
        return _state(request)
    return web.Response(status=303, headers={"Location": "/control"})


async def play(request: web.Request) -> web.Response:
    """Put everything back and let one scenario begin."""
    is_json = request.content_type == "application/json"
    try:
        sent = (
            msgspec.json.decode(await request.read(), type=dict[str, str])
            if is_json
            else await request.post()
        )
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        return web.json_response({"error": str(error)}, status=400)
    scenario = SCENARIOS.get(str(sent.get("name", "")))
    if scenario is None:
        words = f"There is no such scenario. There are: {', '.join(SCENARIOS)}."
        return web.json_response({"error": words}, status=400) if is_json else _page(request, words)
    switches = request.app[FAULT_SWITCHES]
    switches.reset()
    switches.change(scenario.patch)
    note(request.app, "control", scenario.title, 200)
    if is_json:
        return _state(request)
    return web.Response(status=303, headers={"Location": f"/control?on={scenario.name}"})


async def dispute(request: web.Request) -> web.Response:
    """Open a dispute about a charge, or close one."""
    provider = request.app[PROVIDER]
    try:
        sent = msgspec.json.decode(await request.read(), type=dict[str, Any])
        call = provider.call(request)
        if "dispute" in sent:
            identifier, won = str(sent["dispute"]), bool(sent.get("won"))
            return web.json_response(
                provider.perform(call, lambda call: disputes.close(call, identifier, won))
            )
        charge = str(sent.get("charge", ""))
        return web.json_response(provider.perform(call, lambda call: disputes.start(call, charge)))
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        return web.json_response({"error": str(error)}, status=400)
    except StripeProblem as problem:
        return web.json_response(problem.body, status=problem.status)


async def refund(request: web.Request) -> web.Response:
    """Refund a charge as somebody does it in the provider's own dashboard: nobody asked us."""
    return await _at_provider(request, refunds.create)


async def payout(request: web.Request) -> web.Response:
    """Pay the balance of a currency out."""
    return await _at_provider(
        request, lambda call: balance.payout(call, str(call.params.get("currency", "eur")))
    )


async def _at_provider(request: web.Request, action: Callable[[Call], Obj]) -> web.Response:
    provider = request.app[PROVIDER]
    try:
        sent = msgspec.json.decode(await request.read(), type=dict[str, str | int])
        params = {name: str(value) for name, value in sent.items()}
        return web.json_response(provider.perform(provider.call(request, params), action))
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        return web.json_response({"error": str(error)}, status=400)
    except StripeProblem as problem:
        return web.json_response(problem.body, status=problem.status)


def with_operators(faults: Faults, codes: tuple[str, ...]) -> Faults:
    """The faults with a set of switches for each of these operators, which the page shows."""
    known = {code: faults.operators.get(code, OperatorFaults()) for code in codes}
    return msgspec.structs.replace(faults, operators=faults.operators | known)
