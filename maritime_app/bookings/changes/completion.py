"""The operators say yes, and the booking is another one; or everything is as it was.

Every step can be repeated, and every step can be the last: the old legs stay booked until the
booking has been rewritten, and only then are they given up.
"""

from uuid import UUID

import msgspec

from maritime_app.bookings import store as bookings
from maritime_app.bookings.changes import places, report, store
from maritime_app.bookings.changes.model import Change, ChangedLeg
from maritime_app.bookings.changes.service import (
    accept,
    booking_changed,
    free_places,
    give_up_legs as ask_to_give_up,
)
from maritime_app.bookings.changes.states import ChangeEvent
from maritime_app.bookings.invoices import service as invoices
from maritime_app.bookings.money_back import give_back
from maritime_app.bookings.open_change import ChangeOrigin, ChangeStatus
from maritime_app.bookings.pricing.giving_back import give_back as give_back_legs
from maritime_app.bookings.pricing.model import LegRefused
from maritime_app.bookings.pricing.sources import remote_operator, source_of
from maritime_app.ferries.capacity import service as capacity
from maritime_app.ferries.operators import service as operators
from maritime_app.ferries.sailings import service as sailings
from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import enqueue
from maritime_app.payments import service as payments
from maritime_app.payments.refunds import service as refunds
from maritime_app.resources import Resources

VOID = "the booking was changed meanwhile"


async def carry_out(res: Resources, change_id: UUID) -> str:
    """Ask operators for their new legs, then rewrite the booking; a no leaves it as it was.

    Raise Unavailable while an operator does not answer.
    """
    async with res.db.acquire() as conn:
        change = await store.change(conn, change_id)
    if change.status is not ChangeStatus.ACCEPTED:
        return f"nothing to carry out: {change.status}"
    try:
        for leg in change.held_remotely():
            if leg.operator_reference is None:
                change = await _confirm(res, change, leg)
    except LegRefused as refused:
        return await refuse(res, change, str(refused))
    async with res.db.transaction() as conn:
        done = await apply(conn, res, change)
    return "applied" if done else await refuse(res, change, VOID)


async def decide(conn: Conn, res: Resources, change: Change) -> None:
    """Accept a held change in the caller's transaction: it is carried out at once, or by its job
    where remote operators must be asked. Raise Conflict where the booking is another one.
    """
    if change.held_remotely():
        done = await accept(conn, change)
    else:
        done = await store.apply(conn, change.id, ChangeEvent.ACCEPT)
        done = done and await apply(conn, res, change)
    if not done:
        raise booking_changed()


async def apply(conn: Conn, res: Resources, change: Change) -> bool:
    """Rewrite the booking in the caller's transaction; return False where it is another one, or
    would be on a sailing that was cancelled meanwhile.

    The change is accepted, and all its legs are confirmed. What the booking costs less goes back.
    Raise Conflict, so that nothing of it stays, where the change was decided otherwise.
    """
    before = await bookings.locked_booking(conn, change.booking_id)
    if await bookings.are_cancelled(
        conn, [leg.sailing_id for leg in change.content.legs if leg.new]
    ):
        return False
    held = places.held(await store.reserved_legs(conn, change.booking_id))
    if not await store.rewrite(conn, change):
        return False
    if not await store.apply(conn, change.id, ChangeEvent.APPLY):
        raise booking_changed()
    held += places.held(await store.take_places(conn, change.id))
    to_free = places.beyond(held, places.needed(change.content))
    touched = {sailing_id for sailing_id, _resource in held}
    tags = await sailings.tags_of(conn, touched)
    await capacity.release(conn, res.cache, to_free, tags)
    if change.due_minor < 0:
        key = f"change:{change.id}"
        await give_back(conn, before, -change.due_minor, _reason(change), key)
    subject = ("bookings", str(change.booking_id))
    payload = {"change_id": str(change.id)}
    if change.content.given_up:
        await ask_to_give_up(conn, change)
    after = await bookings.booking_by_id(conn, change.booking_id)
    await invoices.issue_changed(conn, after, change.id)
    key = f"report_change:{change.id}"
    await enqueue(conn, "bookings.report_change", payload, subject=subject, unique_key=key)
    return True


def _reason(change: Change) -> str:
    """Return why money goes back."""
    return "disrupted" if change.origin is ChangeOrigin.DISRUPTION else "changed"


async def refuse(res: Resources, change: Change, why: str) -> str:
    """End an accepted change: places are free, new remote legs are given up, the old ones stay.

    What was paid for it goes back whole, and a mail says so.
    """
    async with res.db.transaction() as conn:
        await bookings.lock_booking(conn, change.booking_id)
        if not await store.apply(conn, change.id, ChangeEvent.REFUSE, why):
            return "decided meanwhile"
        await free_places(conn, res, change.id)
        subject = ("bookings", str(change.booking_id))
        paid = await payments.accepted(conn, "bookings", change.booking_id, change.id)
        if paid is not None:
            amount_minor, key = paid.received_minor or 0, f"change_refused:{change.id}"
            await refunds.request_refund(conn, paid, amount_minor, "change_refused", key)
        await report.mail_refusal(conn, res, change)
        await raise_alert(conn, "change_refused", why, subject=subject)
        await ask_to_give_up(conn, change)
    return f"refused: {why}"


async def give_up_legs(res: Resources, change_id: UUID) -> str:
    """Cancel at remote operators what a change has replaced, or what a refused one had held.

    Raise Unavailable while an operator does not answer; the others are asked all the same.
    """
    async with res.db.acquire() as conn:
        change = await store.change(conn, change_id)
    given_up = await give_back_legs(
        res,
        change.booking_id,
        _to_give_up(change),
        lambda given_up: (remote_operator(res, given_up[0]), given_up[1]),
    )
    return f"{given_up} given up"


def _to_give_up(change: Change) -> list[tuple[str, str]]:
    """Return operator and key of what a change has replaced, or of what a refused one added."""
    if change.status is ChangeStatus.APPLIED:
        return [(one.operator_code, one.operator_key) for one in change.content.given_up]
    return [
        (operators.split_id(leg.public_id)[0], leg.operator_key)
        for leg in change.held_remotely()
        if leg.operator_key
    ]


async def _confirm(res: Resources, change: Change, leg: ChangedLeg) -> Change:
    """Ask for one leg and write the answer down before anything else is done."""
    code = operators.split_id(leg.public_id)[0]
    reference = await source_of(res, leg.public_id).confirm(code, leg.operator_key or "")
    legs = tuple(
        msgspec.structs.replace(one, operator_reference=reference)
        if one.number == leg.number
        else one
        for one in change.content.legs
    )
    content = msgspec.structs.replace(change.content, legs=legs)
    async with res.db.acquire() as conn:
        await store.set_content(conn, change.id, content)
    return msgspec.structs.replace(change, content=content)
