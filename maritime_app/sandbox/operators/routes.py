"""The operators' API on the wire, with its latencies and faults. See docs/operator-api.md."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from aiohttp import web

from maritime_app.ferries.operators.model import (
    CancelRequest,
    HoldRequest,
    OperatorOffer,
    OperatorProblem,
    OperatorProblemBody,
    PriceQuestion,
    Timetable,
)
from maritime_app.sandbox.faults import FAULT_SWITCHES, FaultSwitches
from maritime_app.sandbox.journal import Journal
from maritime_app.sandbox.model import OperatorFaults, SandboxConfig
from maritime_app.sandbox.operators import statements, timetable
from maritime_app.sandbox.operators.inventory import Inventory
from maritime_app.sandbox.operators.operator_api import OperatorApi, Refusal

OPERATOR_APIS: web.AppKey[dict[str, OperatorApi]] = web.AppKey("sandbox_operators", dict)
_KEY: web.AppKey[str] = web.AppKey("sandbox_operator_key", str)


class _Offers(msgspec.Struct, frozen=True):
    """The answer to a price question."""

    offers: tuple[OperatorOffer, ...]


class _Question:
    """One request to one operator."""

    def __init__(
        self, request: web.Request, operator: OperatorApi, switches: FaultSwitches, body: bytes
    ) -> None:
        self.operator = operator
        self.switches = switches
        self.faults: OperatorFaults = switches.faults.operator(operator.code)
        self.now = datetime.now(UTC)
        self.path = request.match_info
        self.query = request.query
        self._body = body

    def read(self, kind: type[Any]) -> Any:
        """The body as this struct."""
        return msgspec.json.decode(self._body, type=kind)


def mount(app: web.Application, config: SandboxConfig) -> None:
    """Serve every remote operator of the demo world below /operators/<code>."""
    app[_KEY] = config.operator_key
    app[OPERATOR_APIS] = {}
    for code in timetable.codes():
        journal = Journal.within(config.var_dir, f"operator-{code}.jsonl")
        app[OPERATOR_APIS][code] = OperatorApi(code, Inventory(journal, config.seed), config.seed)
    base, reservation = "/operators/{code}", "/operators/{code}/reservations/{reference}"
    app.router.add_get(f"{base}/timetable", _endpoint(_timetable))
    app.router.add_post(f"{base}/prices", _endpoint(_prices))
    app.router.add_get(f"{base}/sailings/{{sailing}}/availability", _endpoint(_availability))
    app.router.add_put(reservation, _endpoint(_hold))
    app.router.add_get(reservation, _endpoint(_recall))
    app.router.add_post(f"{reservation}/confirmation", _endpoint(_confirm))
    app.router.add_get(f"{reservation}/cancel-charge", _endpoint(_cancel_charge))
    app.router.add_post(f"{reservation}/cancellation", _endpoint(_cancel))
    app.router.add_get(f"{base}/statements/{{day}}", _endpoint(_statement))
    app.cleanup_ctx.append(_close)


async def _close(app: web.Application) -> AsyncIterator[None]:
    yield
    for operator in app[OPERATOR_APIS].values():
        operator.inventory.close()


def _endpoint(
    action: Callable[[_Question], msgspec.Struct],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        operator = request.app[OPERATOR_APIS].get(request.match_info["code"])
        if operator is None:
            return _refuse(404, "UnknownOperator", "There is no such operator here.")
        presented = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(presented.encode(), request.app[_KEY].encode()):
            return _refuse(401, "Unauthorised", "Send the key as Authorization: Bearer <key>.")
        switches = request.app[FAULT_SWITCHES]
        if switches.faults.operator(operator.code).down:
            return _refuse(
                503, "Down", "Not available (switched off in the sandbox); nothing was done."
            )
        await asyncio.sleep(
            _latency_seconds(switches, operator.code, action in (_prices, _timetable))
        )
        question = _Question(request, operator, switches, await request.read())
        answer = _act(question, action)
        await _lose_answer(question, request)
        return answer

    return handle


def _latency_seconds(switches: FaultSwitches, code: str, slow_question: bool) -> float:
    faults = switches.faults.operator(code)
    if slow_question:
        usual = switches.dice.uniform(
            faults.offer_latency_min_seconds, faults.offer_latency_max_seconds
        )
        return usual + faults.slow_seconds
    return faults.call_latency_seconds + faults.slow_seconds


def _act(question: _Question, action: Callable[[_Question], msgspec.Struct]) -> web.Response:
    try:
        body = msgspec.json.encode(action(question))
        return web.Response(body=body, content_type="application/json")
    except Refusal as refusal:
        return _refuse(refusal.status, refusal.problem.code, refusal.problem.message)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        return _refuse(400, "Malformed", str(error))


def _refuse(status: int, code: str, message: str) -> web.Response:
    body = msgspec.json.encode(OperatorProblemBody(OperatorProblem(code, message)))
    return web.Response(body=body, status=status, content_type="application/json")


async def _lose_answer(question: _Question, request: web.Request) -> None:
    """The fault after doing it: the caller waits in vain, or the line drops at once."""
    if not question.switches.happens(question.faults.timeout_rate):
        return
    if question.switches.happens(0.5):
        await asyncio.sleep(question.faults.timeout_seconds)
    if request.transport is not None:
        request.transport.abort()


def _timetable(question: _Question) -> Timetable:
    depart, destination = (
        question.query.get("depart_place", ""),
        question.query.get("destination_place", ""),
    )
    return Timetable(
        question.operator.sailings(depart, destination, question.query.get("date", ""))
    )


def _prices(question: _Question) -> _Offers:
    return _Offers(
        question.operator.offers(question.read(PriceQuestion), question.now, question.faults)
    )


def _availability(question: _Question) -> msgspec.Struct:
    return question.operator.availability(question.path["sailing"], question.now, question.faults)


def _hold(question: _Question) -> msgspec.Struct:
    asked = question.read(HoldRequest)
    known = question.operator.inventory.find(question.path["reference"])
    if known is None and question.switches.happens(question.faults.refuse_rate):
        raise Refusal("SailingFull", "No place left (switched on in the sandbox).")
    return question.operator.hold(question.path["reference"], asked, question.now, question.faults)


def _recall(question: _Question) -> msgspec.Struct:
    return question.operator.recall(question.path["reference"], question.now)


def _confirm(question: _Question) -> msgspec.Struct:
    refuse = question.switches.happens(question.faults.refuse_rate)
    return question.operator.confirm(question.path["reference"], question.now, refuse)


def _cancel_charge(question: _Question) -> msgspec.Struct:
    return question.operator.cancel_quote(question.path["reference"], question.now)


def _cancel(question: _Question) -> msgspec.Struct:
    asked: CancelRequest = question.read(CancelRequest)
    return question.operator.cancel(
        question.path["reference"], asked.expected_charge_minor, question.now
    )


def _statement(question: _Question) -> msgspec.Struct:
    day, after = question.path["day"], question.query.get("after", "")
    return statements.statement(question.operator, day, after, question.faults.statement)
