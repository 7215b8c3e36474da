"""What staff do with the money of a booking; each act is in the audit log, as in `acts`."""

import msgspec

from maritime_app.bookings import money_back, store as rows
from maritime_app.bookings.back_office import store
from maritime_app.bookings.back_office.audit import staff_id, write_audit
from maritime_app.bookings.back_office.model import (
    ClaimRequest,
    DecideRequest,
    GoodwillRequest,
    PayAgainRequest,
)
from maritime_app.bookings.back_office.service import booking_for, check_all_legs
from maritime_app.bookings.compensation import service as compensation
from maritime_app.bookings.invoices import service as invoices
from maritime_app.bookings.model import Booking, BookingStatus
from maritime_app.bookings.money import service as money
from maritime_app.bookings.open_change import ChangeStatus
from maritime_app.errors import Conflict, Invalid, NotFound
from maritime_app.ferries.operations.model import ActingStaff
from maritime_app.i18n import translate as _
from maritime_app.ids import uuid7
from maritime_app.infra.db import Conn
from maritime_app.payments.refunds import service as refunds
from maritime_app.resources import Resources


async def give_back(
    res: Resources, acting: ActingStaff, reference: str, asked: GoodwillRequest
) -> None:
    """Give a part of the money back, whatever the state of the booking, with its credit note.

    What goes back of a booking that stands lowers its price, of a cancelled one its fee. The note
    is kept for the others unless the people of the booking are erased. Raise Conflict
    when other money went back since it was looked at or an operator is being asked for a change,
    Invalid for more than there is.
    """
    found = await booking_for(res, acting, reference)
    async with res.db.transaction() as conn:
        booking = await rows.locked_booking(conn, found.id)
        await check_all_legs(conn, acting, booking)
        await _check_goodwill(conn, booking, asked)
        key = f"goodwill:{booking.id}:{asked.claimed_minor}"
        await money_back.give_back(conn, booking, asked.amount_minor, "goodwill", key)
        await _credit(conn, booking, asked.amount_minor, key)
        if booking.erased_at is None:  # nobody would ever erase it again
            await store.add_note(conn, uuid7(), booking.id, staff_id(acting), asked.note)
        detail = {"amount_minor": asked.amount_minor, "currency": booking.currency}
        await write_audit(conn, acting, booking, "booking_goodwill", detail)


async def _check_goodwill(conn: Conn, booking: Booking, asked: GoodwillRequest) -> None:
    if booking.change is not None and booking.change.status is ChangeStatus.ACCEPTED:
        # What was paid for the change goes back whole if its operator says no.
        words = _("The operator is just confirming another change of this booking.")
        raise Conflict(words, code="change_open")
    received_minor = await money_back.received_minor(conn, booking)
    if not received_minor:
        raise Conflict(_("Nothing was paid for this booking."), code="not_paid")
    kept_minor = await money_back.kept_minor(conn, booking)
    if received_minor - kept_minor != asked.claimed_minor:
        words = _("What goes back has changed. Please look at it again.")
        raise Conflict(words, code="claims_changed")
    if asked.amount_minor > kept_minor:
        words = _("This is more than what was paid and is not back yet.")
        raise Invalid(words, {"amount_minor": words})
    refunds.check_movable(asked.amount_minor, booking.currency)


async def _credit(conn: Conn, booking: Booking, amount_minor: int, occasion: str) -> None:
    """Say of the booking, and in its documents, that it costs so much less."""
    if booking.cancel_fee_minor:
        fee_minor = max(0, booking.cancel_fee_minor - amount_minor)
        await rows.set_cancel_fee(conn, booking.id, fee_minor)
        await invoices.issue_lower_fee(conn, booking, fee_minor, occasion)
    await rows.add_goodwill(conn, booking.id, amount_minor)
    if booking.status is BookingStatus.CONFIRMED:
        await invoices.issue_goodwill(conn, booking, occasion)


async def pay_again(
    res: Resources, acting: ActingStaff, reference: str, asked: PayAgainRequest
) -> None:
    """Pay a failed refund again, wholly or in part, by the card or elsewhere.

    Raise NotFound for another booking's refund, Conflict when something else is owed by now,
    Invalid for more than is owed or money without a note of where it went.
    """
    booking = await booking_for(res, acting, reference)
    async with res.db.transaction() as conn:
        await check_all_legs(conn, acting, booking)
        owed = await refunds.refund(conn, asked.refund_id)
        if owed.subject_id != booking.id:
            raise NotFound(_("There is no such refund."), code="refund")
        await refunds.pay_again(
            conn,
            asked.refund_id,
            asked.amount_minor,
            asked.method,
            asked.note.strip() or None,
            asked.owed_minor,
        )
        detail = {"amount_minor": asked.amount_minor, "method": asked.method}
        await write_audit(conn, acting, booking, "booking_paid_again", detail)


async def decide(
    res: Resources, acting: ActingStaff, reference: str, asked: DecideRequest, name: str
) -> None:
    """Decide what becomes of the journey after a lost dispute; `name` is of who decides."""
    booking = await booking_for(res, acting, reference)
    async with res.db.acquire() as conn:
        await check_all_legs(conn, acting, booking)

    async def write_down(conn: Conn) -> None:
        detail = msgspec.to_builtins(asked)
        await write_audit(conn, acting, booking, "booking_dispute_decided", detail)

    await money.decide(res, booking.id, asked.dispute_id, asked.decision, name, also=write_down)


async def decide_claim(
    res: Resources, acting: ActingStaff, reference: str, asked: ClaimRequest
) -> None:
    """Pay the compensation for a late arrival, or say why not.

    Raise Invalid for a no without a reason, NotFound for another booking's claim, Conflict where
    somebody has decided.
    """
    booking = await booking_for(res, acting, reference)
    note = asked.note.strip()
    if not asked.approved and not note:
        words = _("Please say why.")
        raise Invalid(words, {"claim_note": words})
    async with res.db.transaction() as conn:
        await rows.lock_booking(conn, booking.id)
        await check_all_legs(conn, acting, booking)
        claim = await compensation.decide(
            conn, booking, asked.claim_id, staff_id(acting), note, approved=asked.approved
        )
        detail = {"amount_minor": claim.amount_minor, "approved": asked.approved}
        await write_audit(conn, acting, booking, "booking_compensation", detail)
