"""The one file that speaks to remote ferry operators (docs/operator-api.md)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar
from urllib.parse import quote

import aiohttp
import msgspec
import stamina

from maritime_app.ferries.operators import codec
from maritime_app.ferries.operators.model import (
    CancelQuote,
    CancelRequest,
    HoldRequest,
    KeyRefused,
    OperatorAvailability,
    OperatorOffer,
    OperatorProblemBody,
    OperatorRefused,
    OperatorReservation,
    OperatorUnavailable,
    OutcomeUnknown,
    Party,
    PriceQuestion,
    RawOffers,
    Statement,
)
from maritime_app.infra.upstreams.breaker import Breaker, BreakerOpen
from maritime_app.infra.upstreams.http import Fault, Upstream, UpstreamError
from maritime_app.settings.model import RemoteOperator

_KEY_REFUSED = (401, 403)
_NUL, _REPLACED = rb"\u0000", rb"\ufffd"  # in JSON, where a text has it in this form only
_T = TypeVar("_T")


class OperatorGateway(Protocol):
    """What we ask of a remote operator.

    Every method raises OperatorRefused (it says no), OperatorUnavailable (it could not be asked or
    does not take our key, nothing was done) and, when it changes something there, OutcomeUnknown
    (no answer came: recall first).
    """

    code: str

    async def offers(
        self,
        depart: str,
        destination: str,
        date: str,
        party: Party,
        *,
        within_seconds: float | None = None,
    ) -> tuple[OperatorOffer, ...]:
        """Return sailings between two UN/LOCODEs on a local date (YYYY-MM-DD), priced.

        `within_seconds` may shorten the operator's deadline. It is counted here, not around the
        call, so that the breaker learns from it.
        """

    async def availability(self, sailing: str) -> OperatorAvailability:
        """Return what is left on one sailing, its age bands and limits."""

    async def hold(
        self, reference: str, sailing: str, party: Party, token: str = ""
    ) -> OperatorReservation:
        """Hold places under our reference.

        Repeating it with the same content gives the same reservation.
        """

    async def confirm(self, reference: str) -> OperatorReservation:
        """Turn the hold into a booking; repeating it is safe."""

    async def recall(self, reference: str) -> OperatorReservation | None:
        """Return what the operator has under our reference; None when it knows nothing of it."""

    async def cancel_quote(self, reference: str) -> CancelQuote:
        """Return what cancelling costs now."""

    async def cancel(self, reference: str, expected_charge_minor: int) -> OperatorReservation:
        """Cancel for exactly that charge; refused with code ChargeChanged when it is another one by
        now.
        """

    async def statement(self, day: str, after: str = "") -> Statement:
        """Return what was booked for us on sailings of a day (YYYY-MM-DD), from that reference."""


class _Message(msgspec.Struct, frozen=True):
    """One request; `changes` says whether carrying it out twice would matter to us."""

    method: str
    path: str
    action: str
    body: msgspec.Struct | None
    changes: bool
    deadline_seconds: float


class _NothingDone(Exception):
    """Nothing was done and the question may be repeated at once."""


class HttpOperatorGateway:
    """An operator over HTTP and JSON, with one deadline per call for all its tries.

    `on_key_refused` is called with the operator's code when it stops taking our key: once, until
    it takes it again.
    """

    def __init__(
        self,
        operator: RemoteOperator,
        http: aiohttp.ClientSession,
        breaker: Breaker,
        on_key_refused: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        self.code = operator.code
        self.breaker = breaker
        self._on_key_refused = on_key_refused
        self._key_refusal_reported = False
        self._deadline_seconds = operator.deadline_seconds
        self._upstream = Upstream(
            http,
            f"operator_{operator.code.lower()}",
            operator.base_url,
            title=operator.name,
            deadline_seconds=operator.deadline_seconds,
            headers={
                "Authorization": f"Bearer {operator.api_key}",
                "Accept": "application/json",
            },
        )

    async def offers(
        self,
        depart: str,
        destination: str,
        date: str,
        party: Party,
        *,
        within_seconds: float | None = None,
    ) -> tuple[OperatorOffer, ...]:
        """See OperatorGateway."""
        question = PriceQuestion(depart, destination, date, party)
        answered = await self._ask("POST", "/prices", RawOffers, question, within_seconds)
        try:
            return codec.offers(self.code, answered.offers, question)
        except ValueError as error:
            raise OperatorUnavailable(self.code, str(error)) from error

    async def availability(self, sailing: str) -> OperatorAvailability:
        """See OperatorGateway."""
        return await self._ask("GET", f"/sailings/{sailing}/availability", OperatorAvailability)

    async def hold(
        self, reference: str, sailing: str, party: Party, token: str = ""
    ) -> OperatorReservation:
        """See OperatorGateway."""
        return await self._order("PUT", reference, "", "hold", HoldRequest(sailing, party, token))

    async def confirm(self, reference: str) -> OperatorReservation:
        """See OperatorGateway."""
        return await self._order("POST", reference, "/confirmation", "confirm")

    async def recall(self, reference: str) -> OperatorReservation | None:
        """See OperatorGateway."""
        try:
            return await self._ask("GET", f"/reservations/{reference}", OperatorReservation)
        except OperatorRefused as refused:
            if refused.code == "UnknownReference":
                return None
            raise

    async def cancel_quote(self, reference: str) -> CancelQuote:
        """See OperatorGateway."""
        return await self._ask("GET", f"/reservations/{reference}/cancel-charge", CancelQuote)

    async def cancel(self, reference: str, expected_charge_minor: int) -> OperatorReservation:
        """See OperatorGateway."""
        body = CancelRequest(expected_charge_minor)
        return await self._order("POST", reference, "/cancellation", "cancel", body)

    async def statement(self, day: str, after: str = "") -> Statement:
        """See OperatorGateway."""
        return await self._ask("GET", f"/statements/{day}?after={quote(after)}", Statement)

    async def _ask(
        self,
        method: str,
        path: str,
        answer: type[_T],
        body: msgspec.Struct | None = None,
        within_seconds: float | None = None,
    ) -> _T:
        """A question changes nothing there: no answer means that the operator is not available."""
        deadline_seconds = min(self._deadline_seconds, within_seconds or self._deadline_seconds)
        message = _Message(
            method, path, "ask", body, changes=False, deadline_seconds=deadline_seconds
        )
        try:
            return await self._guarded(message, answer)
        except OutcomeUnknown as error:
            raise OperatorUnavailable(
                self.code, f"no answer within {deadline_seconds} s"
            ) from error

    async def _order(
        self,
        method: str,
        reference: str,
        path: str,
        action: str,
        body: msgspec.Struct | None = None,
    ) -> OperatorReservation:
        """An order may have been carried out although no answer came: it is not repeated here."""
        path = f"/reservations/{reference}{path}"
        deadline = self._deadline_seconds
        message = _Message(method, path, action, body, changes=True, deadline_seconds=deadline)
        return await self._guarded(message, OperatorReservation)

    async def _guarded(self, message: _Message, answer: type[_T]) -> _T:
        try:
            with self.breaker.guard(OperatorUnavailable, OutcomeUnknown):
                answered = await self._within_deadline(message, answer)
        except BreakerOpen as error:
            raise OperatorUnavailable(
                self.code, "not asked for now", error.retry_after_seconds
            ) from error
        except KeyRefused:
            if self._on_key_refused and not self._key_refusal_reported:
                await self._on_key_refused(self.code)
                self._key_refusal_reported = True
            raise
        self._key_refusal_reported = False
        return answered

    async def _within_deadline(self, message: _Message, answer: type[_T]) -> _T:
        tries = stamina.retry_context(
            on=_NothingDone, attempts=3, timeout=None, wait_initial=0.05, wait_max=0.5
        )
        try:
            async with asyncio.timeout(message.deadline_seconds):
                async for attempt in tries:
                    with attempt:
                        return await self._once(message, answer)
        except _NothingDone as error:
            raise OperatorUnavailable(self.code, str(error)) from error
        except TimeoutError as error:
            raise OutcomeUnknown(self.code, message.action) from error
        raise AssertionError("stamina either returns or raises")

    async def _once(self, message: _Message, answer: type[_T]) -> _T:
        data = None if message.body is None else msgspec.json.encode(message.body)
        headers = {"Content-Type": "application/json"} if data is not None else {}
        try:
            reply = await self._upstream.call(
                message.method, message.path, body=data, headers=headers
            )
        except UpstreamError as error:
            if error.fault in (Fault.UNREACHABLE, Fault.NOT_SENDABLE):
                raise _NothingDone("cannot be reached") from error
            if error.fault is Fault.TIMEOUT:
                raise TimeoutError from error
            raise self._lost(message) from error
        return self._read(reply.status, reply.body, message, answer)

    def _lost(self, message: _Message) -> Exception:
        """The request had left, and no usable answer came back."""
        return (
            OutcomeUnknown(self.code, message.action)
            if message.changes
            else _NothingDone("the line broke")
        )

    def _read(self, status: int, raw: bytes, message: _Message, answer: type[_T]) -> _T:
        raw = raw.replace(_NUL, _REPLACED)  # no database holds it
        if status == 503:
            # The API promises that nothing was done.
            raise _NothingDone("is down")
        if status >= 500:
            raise self._lost(message)
        if status in _KEY_REFUSED:
            raise KeyRefused(self.code)
        try:
            if status < 300:
                return msgspec.json.decode(raw, type=answer)
            problem = msgspec.json.decode(raw, type=OperatorProblemBody).error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            if status >= 400:
                raise OperatorRefused(
                    self.code, f"Http{status}", "an answer in no known form"
                ) from error
            raise self._lost(message) from error
        raise OperatorRefused(self.code, problem.code, problem.message)
