"""What cancelling costs, and doing it for exactly that."""

from datetime import datetime
from uuid import UUID

from maritime_app import clock
from maritime_app.bookings import mails, store
from maritime_app.bookings.confirmation import service as confirmation
from maritime_app.bookings.holds import operator_legs
from maritime_app.bookings.model import Booking, CancelQuote, LegAnswer, LegFee
from maritime_app.bookings.pricing import quotes
from maritime_app.bookings.service import by_id, payments_of
from maritime_app.errors import Conflict, Unavailable
from maritime_app.ferries import service as ferries
from maritime_app.ferries.fares import rules as fare_rules
from maritime_app.ferries.model import Fare, Price
from maritime_app.ferries.operators.model import OperatorRefused, OperatorUnavailable
from maritime_app.i18n import translate as _
from maritime_app.payments import service as payments
from maritime_app.payments.refunds import service as refunds
from maritime_app.resources import Resources

_CANCELLABLE = ("held", "paid", "confirmed")


async def quote(res: Resources, booking: Booking) -> CancelQuote:
    """The fee now. Raises Conflict when the booking cannot be cancelled."""
    _check(booking)
    if booking.status == "held":
        return _sum(
            booking, 0, [LegFee(leg.number, 0, _price(booking, 0), None) for leg in booking.legs]
        )
    own = [UUID(leg.sailing_id) for leg in booking.legs if leg.operator.kind == "house"]
    facts = await ferries.facts(res, own)
    fees = []
    for leg in booking.legs:
        if leg.operator.kind == "remote":
            fees.append(await _remote_fee(res, booking, leg))
        else:
            fees.append(_own_fee(booking, leg, facts[UUID(leg.sailing_id)].fare))
    return _sum(booking, booking.total_minor, fees)


async def cancel(res: Resources, booking: Booking, fee_minor: int) -> Booking:
    """Cancel for exactly the quoted fee.

    Raises Conflict when it changed meanwhile or somebody was faster.
    """
    quoted = await quote(res, booking)
    if quoted.fee.amount_minor != fee_minor:
        raise Conflict(
            _("The cancellation fee has changed. Please look at it again."), code="fee_changed"
        )
    if booking.status == "held":
        await _close_payments(res, booking)
    async with res.db.transaction() as conn:
        await store.lock_booking(conn, booking.id)
        if not await store.set_status(conn, booking.id, [booking.status], "cancelled"):
            raise Conflict(
                _("This booking has just changed. Please look at it again."), code="booking_changed"
            )
        await store.release_places(conn, booking.id)
        await store.set_cancel_fee(conn, booking.id, fee_minor)
        refund_minor = 0
        # Only what the booking stands on: money too much goes back whole, by its own task.
        paid = await payments.kept(conn, "bookings", booking.id)
        if paid is not None:
            refund_minor = (paid.received_minor or 0) - fee_minor
            await refunds.request_refund(
                conn, paid, refund_minor, "cancelled", f"cancel:{booking.id}"
            )
        key = f"booking:{booking.id}:cancellation:{booking.version + 1}"
        await mails.write(
            conn,
            res,
            booking,
            "cancellation",
            key=key,
            fee_minor=fee_minor,
            refund_minor=refund_minor,
        )
        await confirmation.ask_operators_to_cancel(conn, booking)
    await confirmation.bump(res, booking)
    return await by_id(res, booking.id)


def _check(booking: Booking) -> None:
    if booking.status == "confirming":
        raise Conflict(
            _("The operator is just confirming. Please try again in a minute."), code="confirming"
        )
    if booking.status not in _CANCELLABLE:
        raise Conflict(_("This booking cannot be cancelled any more."), code="not_cancellable")
    if booking.legs[0].departs_at <= clock.now():
        raise Conflict(_("The ferry has left."), code="departed")


async def _close_payments(res: Resources, booking: Booking) -> None:
    """Nobody may pay a cancelled booking; and if somebody just did, it is not cancelled behind his
    back.
    """
    async with res.db.acquire() as conn:
        found = await payments_of(conn, booking)
    for owed in found:
        if owed.status == "open" and await payments.close(res, owed.id) == "succeeded":
            raise Conflict(
                _("A payment has just arrived. Please look at it again."), code="booking_changed"
            )


def _own_fee(booking: Booking, leg: LegAnswer, fare: Fare | None) -> LegFee:
    now = clock.now()
    fee = fare_rules.cancel_fee_minor(fare, leg.price.amount_minor, leg.departs_at, now)
    percent = round(100 * fee / leg.price.amount_minor) if leg.price.amount_minor else 0
    return LegFee(leg.number, percent, _price(booking, fee), _next_change(leg, fare, now))


def _next_change(leg: LegAnswer, fare: Fare | None, now: datetime) -> datetime | None:
    changes = [
        quotes.rises_at(leg.departs_at, rule.hours_before)
        for rule in (fare.cancel_rules if fare else ())
    ]
    return min((change for change in changes if change > now), default=None)


async def _remote_fee(res: Resources, booking: Booking, leg: LegAnswer) -> LegFee:
    gateway = operator_legs.gateway_of(res, leg)
    try:
        found = await gateway.cancel_quote(
            operator_legs.reference_of(booking.reference, leg.number)
        )
    except (OperatorUnavailable, OperatorRefused) as error:
        words = _("%s does not answer right now.") % leg.operator.name
        raise Unavailable(words, retry_after_seconds=20) from error
    percent = (
        round(100 * found.charge_minor / leg.price.amount_minor) if leg.price.amount_minor else 0
    )
    return LegFee(leg.number, percent, _price(booking, found.charge_minor), None)


def _sum(booking: Booking, paid_minor: int, fees: list[LegFee]) -> CancelQuote:
    fee = min(paid_minor, sum(part.fee.amount_minor for part in fees))
    return CancelQuote(
        _price(booking, paid_minor),
        _price(booking, fee),
        _price(booking, paid_minor - fee),
        tuple(fees),
    )


def _price(booking: Booking, amount_minor: int) -> Price:
    return Price(amount_minor, booking.currency)
