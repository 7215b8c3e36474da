"""From money to a confirmed place, or to money going back. Every step can be repeated; every step
can be the last.

held --money--> paid --> confirming --operator says yes--> confirmed
  |                          |
  |                          +--operator says no--> refused, everything refunded
  +--time runs out, and Stripe says that nobody paid--> expired --late money--> paid again, or
  refunded
"""

from uuid import UUID

from maritime_app.bookings import mails, store
from maritime_app.bookings.holds import operator_legs
from maritime_app.bookings.model import Booking, LegAnswer
from maritime_app.bookings.pricing import quotes
from maritime_app.bookings.service import by_id, payments_of
from maritime_app.bookings.tickets import service as tickets
from maritime_app.emails.model import Attachment
from maritime_app.errors import Unavailable
from maritime_app.ferries import service as ferries
from maritime_app.ferries.operators.model import (
    OperatorRefused,
    OperatorUnavailable,
    OutcomeUnknown,
)
from maritime_app.ferries.search import service as search
from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import enqueue
from maritime_app.payments import service as payments
from maritime_app.payments.model import Payment
from maritime_app.payments.refunds import service as refunds
from maritime_app.resources import Resources


class _PlacesGone(Exception):
    """Rolls a transaction back in which not everything could be taken again."""


class _DecidedMeanwhile(Exception):
    """The booking is not what it was a moment ago: ask again from the start."""


async def accept_payment(res: Resources, payment_id: UUID) -> str:
    """Money has arrived for a booking: keep the place, or send the money back at once.

    A booking keeps one payment. Which one is decided while its row is held, and stays decided: the
    same payment
    again is "accepted before", any other one is money too much, in whatever order they are heard
    of.
    """
    paid = await payments.payment(res, payment_id)
    booking = await by_id(res, paid.subject_id)
    if paid.received_minor != booking.total_minor or paid.currency != booking.currency:
        return await _send_back(res, booking, paid, "wrong_amount")
    async with res.db.transaction() as conn:
        state = await store.lock_booking(conn, booking.id)
        kept = await payments.kept(conn, "bookings", booking.id)
        if kept is None and state is not None and state[0] == "held":
            await _paid(conn, res, booking, paid, before="held")
            return "paid"
    if kept is not None:
        return (
            "accepted before"
            if kept.id == paid.id
            else await _send_back(res, booking, paid, "paid_twice")
        )
    if state is not None and state[0] == "expired":
        return await _take_again(res, booking, paid)
    return await _send_back(res, booking, paid, "late")


async def _paid(conn: Conn, res: Resources, booking: Booking, paid: Payment, before: str) -> None:
    await store.set_status(conn, booking.id, [before], "paid")
    await payments.keep(conn, paid.id)
    await mails.write(
        conn,
        res,
        booking,
        "payment_success",
        key=f"payment:{paid.id}",
        paid_minor=paid.received_minor,
    )
    await enqueue(
        conn,
        "bookings.confirm_booking_with_operator",
        {"booking_id": str(booking.id)},
        subject=("bookings", str(booking.id)),
        unique_key=f"confirm:{booking.id}:{paid.id}",
    )


async def _take_again(res: Resources, booking: Booking, paid: Payment) -> str:
    """Late money: the same places if all of them are still there, else a refund at once."""
    takes = quotes.takes_of(booking)
    try:
        async with res.db.transaction() as conn:
            state = await store.lock_booking(conn, booking.id)
            if state is None or state[0] != "expired":
                raise _DecidedMeanwhile
            if takes and not await store.retake_places(conn, booking.id, takes):
                raise _PlacesGone
            await _paid(conn, res, booking, paid, before="expired")
    except _PlacesGone:
        return await _send_back(res, booking, paid, "late")
    except _DecidedMeanwhile:
        return await accept_payment(res, paid.id)  # other money took the places: this is too much
    await bump(res, booking)
    return "paid late, places taken again"


async def _send_back(res: Resources, booking: Booking, paid: Payment, reason: str) -> str:
    async with res.db.transaction() as conn:
        await refunds.request_refund(
            conn, paid, paid.received_minor or 0, reason, f"{reason}:{paid.id}"
        )
        await raise_alert(
            conn,
            f"refund_{reason}",
            "Money came that could not be kept; it goes back.",
            subject=("bookings", str(booking.id)),
        )
    return f"refunded: {reason}"


async def confirm(res: Resources, booking_id: UUID) -> str:
    """Ask every operator to confirm; then the ticket. A refusal sends the money back."""
    booking = await by_id(res, booking_id)
    async with res.db.transaction() as conn:
        await store.set_status(conn, booking_id, ["paid"], "confirming")
        state = await store.lock_booking(conn, booking_id)
    if state is None or state[0] != "confirming":
        return f"nothing to confirm: {state[0] if state else 'unknown'}"
    for leg in booking.legs:
        if leg.operator_reference is None:
            refusal = await _confirm_leg(res, booking, leg)
            if refusal is not None:
                return await refuse(res, booking, refusal)
    return await _ticket(res, await by_id(res, booking_id))


async def _confirm_leg(res: Resources, booking: Booking, leg: LegAnswer) -> str | None:
    """Confirm one leg and keep the operator's reference; the reason when it refuses.

    Raises Unavailable.
    """
    if leg.operator.kind != "remote":
        given = f"{leg.operator.code}-{booking.reference}-{leg.number}"
    else:
        ours = operator_legs.reference_of(booking.reference, leg.number)
        gateway = operator_legs.gateway_of(res, leg)
        try:
            given = (await gateway.confirm(ours)).operator_reference
        except OperatorRefused as refused:
            return refused.message
        except OperatorUnavailable as error:
            raise Unavailable(str(error)) from error
        except OutcomeUnknown as unknown:
            # It may have been done: ask by our reference before anything is undone or done again.
            found = await gateway.recall(ours)
            if found is None or found.status in ("Refused", "Expired", "Cancelled"):
                return "the operator did not confirm"
            if found.status != "Booked":
                raise Unavailable("the operator has not confirmed yet") from unknown
            given = found.operator_reference
    async with res.db.acquire() as conn:
        await store.set_operator_reference(conn, booking.id, leg.number, given)
    return None


async def _ticket(res: Resources, booking: Booking) -> str:
    attachments = await _printed(res, booking)
    async with res.db.transaction() as conn:
        if not await store.set_status(conn, booking.id, ["confirming"], "confirmed"):
            return "confirmed before"
        key = f"booking:{booking.id}:confirmation:{booking.version}"
        await mails.write(
            conn, res, booking, "booking_confirmation", key=key, attachments=attachments
        )
    return "confirmed"


async def _printed(res: Resources, booking: Booking) -> list[Attachment]:
    """The PDF for the mail.

    A printer's fault must not keep a confirmed place from its passenger.
    """
    try:
        return [await tickets.pdf(res, booking)]
    except Exception as error:  # noqa: BLE001 - the page of the ticket still works, and a person is told
        async with res.db.transaction() as conn:
            subject = ("bookings", str(booking.id))
            await raise_alert(conn, "ticket_not_printed", type(error).__name__, subject=subject)
        return []


async def refuse(res: Resources, booking: Booking, reason: str) -> str:
    """The operator said no after money was taken: places and money go back, the customer is told."""
    async with res.db.transaction() as conn:
        if not await store.set_status(conn, booking.id, ["paid", "confirming"], "refused"):
            return "decided meanwhile"
        await store.release_places(conn, booking.id)
        for paid in await payments_of(conn, booking):
            if paid.status == "succeeded":
                amount = paid.received_minor or 0
                await refunds.request_refund(
                    conn, paid, amount, "refused", f"refused:{booking.id}:{paid.id}"
                )
        await mails.write(
            conn,
            res,
            booking,
            "cancellation",
            key=f"booking:{booking.id}:refused",
            fee_minor=0,
            reason="refused",
        )
        await ask_operators_to_cancel(conn, booking)
        await raise_alert(conn, "operator_refused", reason, subject=("bookings", str(booking.id)))
    await bump(res, booking)
    return f"refused: {reason}"


async def expire(res: Resources, booking_id: UUID) -> str:
    """End an overdue hold, after Stripe has said that nobody paid (or can pay any more)."""
    booking = await by_id(res, booking_id)
    async with res.db.acquire() as conn:
        open_payments = [p for p in await payments_of(conn, booking) if p.status == "open"]
    for owed in open_payments:
        if await payments.close(res, owed.id) == "succeeded":
            return "paid in the last moment"
    async with res.db.transaction() as conn:
        state = await store.lock_booking(conn, booking_id)
        if state is None or state != ("held", True):
            return "not overdue"
        await store.set_status(conn, booking_id, ["held"], "expired")
        await store.release_places(conn, booking_id)
        await ask_operators_to_cancel(conn, booking)
    await bump(res, booking)
    return "expired"


async def cancel_with_operators(res: Resources, booking_id: UUID) -> str:
    """Give remote legs back.

    The charge that an operator keeps is its own fare's; ours was quoted before.
    """
    booking = await by_id(res, booking_id)
    given_back = 0
    for leg in booking.legs:
        if leg.operator.kind != "remote":
            continue
        ours, gateway = (
            operator_legs.reference_of(booking.reference, leg.number),
            operator_legs.gateway_of(res, leg),
        )
        try:
            found = await gateway.recall(ours)
            if found is None or found.status not in ("Reserved", "Booked"):
                continue
            charge = (
                (await gateway.cancel_quote(ours)).charge_minor if found.status == "Booked" else 0
            )
            await gateway.cancel(ours, charge)
            given_back += 1
        except (OperatorUnavailable, OutcomeUnknown) as error:
            raise Unavailable(str(error)) from error
        except OperatorRefused as refused:
            async with res.db.transaction() as conn:
                await raise_alert(
                    conn,
                    "operator_keeps_booking",
                    refused.message,
                    subject=("bookings", str(booking_id)),
                )
    return f"{given_back} given back"


async def ask_operators_to_cancel(conn: Conn, booking: Booking) -> None:
    """If a remote operator holds a part of it, let it know (after the commit, until it has
    answered).
    """
    if any(leg.operator.kind == "remote" for leg in booking.legs):
        await enqueue(
            conn,
            "bookings.cancel_booking_with_operator",
            {"booking_id": str(booking.id)},
            subject=("bookings", str(booking.id)),
            unique_key=f"cancel_operator:{booking.id}",
        )


async def bump(res: Resources, booking: Booking) -> None:
    """Drop what is remembered of these sailings and days."""
    tags = [ferries.sailing_tag(leg.sailing_id) for leg in booking.legs]
    for leg in booking.legs:
        day = ferries.day_at(leg.departs_at, leg.origin.timezone)
        tags.append(search.day_tag(leg.origin.code, leg.destination.code, day))
    await res.cache.bump(tags)
