"""Legs that a remote operator sells, over its API and under our key.

After a call without an answer the operator is asked by that key before anything is done again or
undone: docs/operator-api.md.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import msgspec

from maritime_app import clock
from maritime_app.bookings.model import Leg
from maritime_app.bookings.pricing.model import LegDemand, LegQuote, LegRefused
from maritime_app.bookings.pricing.operator_calls import Action, OperatorCalls
from maritime_app.errors import Conflict, NotFound, Unavailable
from maritime_app.ferries.model import PriceLine, PriceReason, Sailing, SailingStatus
from maritime_app.ferries.operators import service as operators
from maritime_app.ferries.operators.gateway import OperatorGateway
from maritime_app.ferries.operators.model import (
    Cost,
    OperatorRefused,
    OperatorReservation,
    OperatorUnavailable,
    OutcomeUnknown,
)
from maritime_app.ferries.sailings import sales, service as sailings
from maritime_app.i18n import translate as _
from maritime_app.infra.telemetry import log
from maritime_app.resources import Resources

logger = log.get(__name__)
_RETRY_SECONDS = 20
# A longer one fits on no ticket, nor in the index by which the desk finds it; and a paid booking is
# confirmed whatever it is called.
_LONGEST_REFERENCE = 200
_HOLDING = ("Reserved", "Booked")
_OVER = ("Refused", "Expired", "Cancelled")
_REASONS = {"PortTaxes": PriceReason.TAX, "CancellationFee": PriceReason.FEE}


class RemoteOperator:
    """The LegSource of one remote operator."""

    def __init__(self, res: Resources, gateway: OperatorGateway) -> None:
        self._res = res
        self._gateway = gateway
        self._calls = OperatorCalls(res.db, gateway.code)

    async def sailing(self, sailing_id: str) -> Sailing:
        """Return the sailing as a row of ours, with the operator's age bands and limits."""
        code, key = operators.split_id(sailing_id)
        with _answering(self._gateway):
            try:
                available = await self._gateway.availability(key)
            except OperatorRefused as refused:
                raise NotFound(_("There is no such sailing."), code="sailing") from refused
        operator = operators.of(self._res).operators[code]
        closes_at = operators.closing(available)
        sailing = await sailings.remote_sailing(self._res, operator, available.sailing, closes_at)
        # A row of ours knows no more than a week before departure.
        is_closed = sailing.status is SailingStatus.SCHEDULED and _is_past(closes_at)
        return msgspec.structs.replace(
            sailing,
            status=SailingStatus.CLOSED if is_closed else sailing.status,
            ages=operators.bands(available.ages),
            max_height_cm=available.max_height_cm,
            max_vehicle_kg=available.max_vehicle_kg,
        )

    async def price(self, demand: LegDemand) -> LegQuote:
        """Return the operator's price now; raise Conflict when it does not offer the sailing."""
        sailing = demand.sailing
        with _answering(self._gateway):
            offers = await self._gateway.offers(
                sailing.origin.code,
                sailing.destination.code,
                sailing.day.isoformat(),
                operators.wire_party(demand.party),
            )
        for offer in offers:
            if offer.sailing.code == sailing.remote_key and offer.costs:
                if _is_past(operators.closing(offer)):
                    raise sales.refusal(sales.SaleEnd.CLOSED)
                quote = _quote(demand, offer.costs, offer.currency)
                return msgspec.structs.replace(quote, cabins_sold=tuple(operators.stock(offer)))
        raise Conflict(_("This sailing is no longer offered."), code="sold_out")

    async def hold(self, demand: LegDemand, key: str) -> LegQuote:
        """Hold at the operator. After silence it is asked by our key before we give up.

        A hold whose costs are not its total is given back: one of both would be paid wrongly.
        """
        party = operators.wire_party(demand.party)
        try:
            with _answering(self._gateway):
                asked = self._gateway.hold(key, demand.sailing.remote_key or "", party)
                held = await self._calls.kept(Action.HOLD, key, asked)
        except OutcomeUnknown as unknown:
            found = await self._recall(key)
            if found is None or found.status != "Reserved":
                raise _no_answer(self._gateway) from unknown
            held = found
        if held.status not in _HOLDING or not held.adds_up:
            logger.warning("operator_hold_is_none", operator=self._gateway.code, status=held.status)
            await self.release(key)
            raise _no_answer(self._gateway)
        return _quote(demand, held.costs, held.currency, held.expires_at)

    async def release(self, key: str) -> None:
        """Cancel the hold; an operator that does not answer lets it expire by itself."""
        try:
            await self._calls.kept(Action.RELEASE, key, self._gateway.cancel(key, 0))
        except (OperatorRefused, OperatorUnavailable, OutcomeUnknown) as error:
            logger.info(
                "remote_hold_left_to_expire",
                operator=self._gateway.code,
                error=type(error).__name__,
            )

    async def verify(self, leg: Leg, key: str) -> None:
        """Raise Conflict when the operator holds nothing under our key any more."""
        try:
            found = await self._calls.kept(Action.VERIFY, key, self._gateway.recall(key))
        except (OperatorUnavailable, OperatorRefused) as error:
            words = _("%s does not answer right now. Nothing was charged.") % leg.operator.name
            raise Unavailable(words, retry_after_seconds=_RETRY_SECONDS) from error
        if found is None or found.status not in _HOLDING:
            words = _("%s no longer holds your places.") % leg.operator.name
            raise Conflict(words, code="hold_gone")

    async def confirm(self, operator_code: str, key: str) -> str:
        """Return the operator's reference; raise LegRefused for a no, Unavailable for no answer."""
        del operator_code
        try:
            asked = self._gateway.confirm(key)
            booked = await self._calls.kept(Action.CONFIRM, key, asked)
            return booked.operator_reference[:_LONGEST_REFERENCE]
        except OperatorRefused as refused:
            raise LegRefused(refused.message) from refused
        except OperatorUnavailable as error:
            raise Unavailable(str(error)) from error
        except OutcomeUnknown as unknown:
            # It may have been done: only a clear no leads to a refund.
            found = await self._asked_again(key)
            if found is None or found.status in _OVER:
                raise LegRefused("the operator did not confirm") from unknown
            if found.status != "Booked":
                raise Unavailable("the operator has not confirmed yet") from unknown
            return found.operator_reference[:_LONGEST_REFERENCE]

    async def cancel_fee_minor(self, leg: Leg, key: str) -> int:
        """Return what the operator would keep.

        Not kept among its calls: every look at a booking asks this.
        """
        try:
            return (await self._gateway.cancel_quote(key)).charge_minor
        except (OperatorUnavailable, OperatorRefused) as error:
            words = _("%s does not answer right now.") % leg.operator.name
            raise Unavailable(words, retry_after_seconds=_RETRY_SECONDS) from error

    async def fee_changes_at(self, leg: Leg) -> datetime | None:
        """Return None: the operator does not say."""
        del leg
        return None

    async def cancel(self, key: str) -> bool:
        """Cancel at the operator's charge of now; raise LegRefused when it keeps the booking."""
        try:
            found = await self._asked_again(key)
            if found is None or found.status not in _HOLDING:
                return False
            booked = found.status == "Booked"
            charge = 0
            if booked:
                asked = self._gateway.cancel_quote(key)
                charge = (await self._calls.kept(Action.CANCEL_QUOTE, key, asked)).charge_minor
            await self._calls.kept(Action.CANCEL, key, self._gateway.cancel(key, charge))
        except (OperatorUnavailable, OutcomeUnknown) as error:
            raise Unavailable(str(error)) from error
        except OperatorRefused as refused:
            raise LegRefused(refused.message) from refused
        return True

    async def _asked_again(self, key: str) -> OperatorReservation | None:
        """Return what the operator has under our key; raise Unavailable where it does not say."""
        try:
            return await self._calls.kept(Action.RECALL, key, self._gateway.recall(key))
        except (OperatorUnavailable, OperatorRefused, OutcomeUnknown) as error:
            raise Unavailable(str(error)) from error

    async def _recall(self, key: str) -> OperatorReservation | None:
        try:
            return await self._calls.kept(Action.RECALL, key, self._gateway.recall(key))
        except (OperatorUnavailable, OperatorRefused, OutcomeUnknown):
            return None


@contextmanager
def _answering(gateway: OperatorGateway) -> Iterator[None]:
    """Turn a refusal into Conflict and an operator that cannot be asked into Unavailable."""
    try:
        yield
    except OperatorRefused as refused:
        raise Conflict(refused.message, code="sold_out") from refused
    except OperatorUnavailable as error:
        raise _no_answer(gateway) from error


def _is_past(at: datetime | None) -> bool:
    return at is not None and at <= clock.now()


def _no_answer(gateway: OperatorGateway) -> Unavailable:
    logger.info("operator_does_not_answer", operator=gateway.code)
    words = _("The operator does not answer right now.")
    return Unavailable(words, retry_after_seconds=_RETRY_SECONDS)


def _quote(
    demand: LegDemand,
    costs: tuple[Cost, ...],
    currency: str,
    expires_at: datetime | None = None,
) -> LegQuote:
    lines = tuple(
        PriceLine(
            cost.description.lower().replace(" ", "_"),
            cost.quantity,
            cost.amount_minor,
            _REASONS.get(cost.category, PriceReason.FARE),
        )
        for cost in costs
    )
    return LegQuote(demand, lines, currency, {}, expires_at)
