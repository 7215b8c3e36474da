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
    Offers,
    OperatorProblem,
    OperatorProblemBody,
    PriceQuestion,
    Timetable,
)
from maritime_app.sandbox.faults import SWITCHBOARD, Switchboard
from maritime_app.sandbox.journal import Journal
from maritime_app.sandbox.model import OperatorFaults, SandboxConfig
from maritime_app.sandbox.operators import timetable
from maritime_app.sandbox.operators.inventory import Inventory
from maritime_app.sandbox.operators.operator_api import Reception, Refusal

RECEPTIONS: web.AppKey[dict[str, Reception]] = web.AppKey("sandbox_operators", dict)
_KEY: web.AppKey[str] = web.AppKey("sandbox_operator_key", str)


class _Question:
    """One request to one operator."""

    def __init__(
        self, request: web.Request, desk: Reception, board: Switchboard, body: bytes
    ) -> None:
        self.desk = desk
        self.board = board
        self.faults: OperatorFaults = board.faults.operator(desk.code)
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
    app[RECEPTIONS] = {}
    for code in timetable.codes():
        journal = Journal.within(config.var_dir, f"operator-{code}.jsonl")
        app[RECEPTIONS][code] = Reception(code, Inventory(journal, config.seed), config.seed)
    base, reservation = "/operators/{code}", "/operators/{code}/reservations/{reference}"
    app.router.add_get(f"{base}/timetable", _endpoint(_timetable))
    app.router.add_post(f"{base}/prices", _endpoint(_prices))
    app.router.add_get(f"{base}/sailings/{{sailing}}/availability", _endpoint(_availability))
    app.router.add_put(reservation, _endpoint(_hold))
    app.router.add_get(reservation, _endpoint(_recall))
    app.router.add_post(f"{reservation}/confirmation", _endpoint(_confirm))
    app.router.add_get(f"{reservation}/cancel-charge", _endpoint(_cancel_charge))
    app.router.add_post(f"{reservation}/cancellation", _endpoint(_cancel))
    app.cleanup_ctx.append(_close)


async def _close(app: web.Application) -> AsyncIterator[None]:
    yield
    for desk in app[RECEPTIONS].values():
        desk.inventory.close()


def _endpoint(
    action: Callable[[_Question], msgspec.Struct],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        desk = request.app[RECEPTIONS].get(request.match_info["code"])
        if desk is None:
            return _refuse(404, "UnknownOperator", "There is no such operator here.")
        presented = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(presented.encode(), request.app[_KEY].encode()):
            return _refuse(401, "Unauthorised", "Send the key as Authorization: Bearer <key>.")
        board = request.app[SWITCHBOARD]
        if board.faults.operator(desk.code).down:
            return _refuse(
                503, "Down", "Not available (switched off in the sandbox); nothing was done."
            )
        await asyncio.sleep(_latency_seconds(board, desk.code, action in (_prices, _timetable)))
        question = _Question(request, desk, board, await request.read())
        answer = _act(question, action)
        await _lose_answer(question, request)
        return answer

    return handle


def _latency_seconds(board: Switchboard, code: str, slow_question: bool) -> float:
    faults = board.faults.operator(code)
    if slow_question:
        usual = board.dice.uniform(
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
    if not question.board.happens(question.faults.timeout_rate):
        return
    if question.board.happens(0.5):
        await asyncio.sleep(question.faults.timeout_seconds)
    if request.transport is not None:
        request.transport.abort()


def _timetable(question: _Question) -> Timetable:
    depart, destination = (
        question.query.get("depart_place", ""),
        question.query.get("destination_place", ""),
    )
    return Timetable(question.desk.sailings(depart, destination, question.query.get("date", "")))


def _prices(question: _Question) -> Offers:
    return Offers(question.desk.offers(question.read(PriceQuestion), question.now, question.faults))


def _availability(question: _Question) -> msgspec.Struct:
    return question.desk.availability(question.path["sailing"], question.now, question.faults)


def _hold(question: _Question) -> msgspec.Struct:
    asked = question.read(HoldRequest)
    known = question.desk.inventory.find(question.path["reference"])
    if known is None and question.board.happens(question.faults.refuse_rate):
        raise Refusal("SailingFull", "No place left (switched on in the sandbox).")
    return question.desk.hold(question.path["reference"], asked, question.now, question.faults)


def _recall(question: _Question) -> msgspec.Struct:
    return question.desk.recall(question.path["reference"], question.now)


def _confirm(question: _Question) -> msgspec.Struct:
    refuse = question.board.happens(question.faults.refuse_rate)
    return question.desk.confirm(question.path["reference"], question.now, refuse)


def _cancel_charge(question: _Question) -> msgspec.Struct:
    return question.desk.cancel_quote(question.path["reference"], question.now)


def _cancel(question: _Question) -> msgspec.Struct:
    asked: CancelRequest = question.read(CancelRequest)
    return question.desk.cancel(
        question.path["reference"], asked.expected_charge_minor, question.now
    )
