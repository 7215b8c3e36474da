"""The tasks of bookings."""

from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.bookings import service, store
from maritime_app.bookings.changes import paying
from maritime_app.bookings.confirmation import service as confirmation
from maritime_app.bookings.devices.service import IDLE_DAYS
from maritime_app.bookings.devices.store import SQL as DEVICES
from maritime_app.bookings.disruptions.store import shorten_holds
from maritime_app.bookings.invoices import service as invoices
from maritime_app.bookings.invoices.model import CANCELLED
from maritime_app.bookings.mailing import mails
from maritime_app.bookings.model import Booking, BookingStatus
from maritime_app.bookings.money import service as money
from maritime_app.bookings.push import service as push
from maritime_app.bookings.reconciliation.store import SQL as DIFFERENCES
from maritime_app.emails.model import Attachment
from maritime_app.ferries.capacity import service as capacity
from maritime_app.infra.history.batched_erasure import erase_in_batches, erase_locked_in_batches
from maritime_app.jobs.model import Cron, NoPayload, Task
from maritime_app.jobs.outbox import enqueue
from maritime_app.payments import service as payments
from maritime_app.payments.model import PaymentStatus, Refund, RefundStatus
from maritime_app.payments.refunds import service as refunds
from maritime_app.resources import Resources

_STUCK_AFTER_SECONDS = 120.0


class SailingPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sailing."""

    sailing_id: UUID


async def check_ferry_availability(res: Resources, *, sailing_id: str) -> str:
    """What is left on a sailing of ours."""
    available = await capacity.available(res, UUID(sailing_id))
    parts = [f"{resource}: {count}" for resource, count in available.items()]
    return ", ".join(parts) or "no inventory here"


async def accept_payment(res: Resources, *, payment_id: str) -> str:
    """Money has arrived for a booking."""
    paid = await payments.payment(res, UUID(payment_id))
    if paid.part_id is not None:
        return await paying.accept_payment(res, paid, paid.part_id)
    return await confirmation.accept_payment(res, paid.id)


async def confirm_booking_with_operator(res: Resources, *, booking_id: str) -> str:
    """Ask the operators to confirm; then the ticket."""
    return await confirmation.confirm(res, UUID(booking_id))


async def cancel_booking_with_operator(res: Resources, *, booking_id: str) -> str:
    """Give remote legs back."""
    return await confirmation.cancel_with_operators(res, UUID(booking_id))


async def report_failed_payment(res: Resources, *, payment_id: str) -> str:
    """Tell the customer that the payment did not go through, while the places are still held."""
    tried = await payments.payment(res, UUID(payment_id))
    async with res.db.transaction() as conn:
        booking = await store.locked_booking(conn, tried.subject_id)
        found = await service.payments_of(conn, booking)
        is_open = any(one.id == tried.id and one.status is PaymentStatus.OPEN for one in found)
        if booking.status is not BookingStatus.HELD or not is_open:
            return "not waiting for money any more"
        await mails.write(
            conn, res, booking, mails.PAYMENT_FAILED, key=f"payment:{tried.id}:failed"
        )
    return "told"


async def report_refund(res: Resources, *, refund_id: str) -> str:
    """Write to the customer that money has left, or that it could not be sent."""
    async with res.db.acquire() as conn:
        refund = await refunds.refund(conn, UUID(refund_id))
        booking = await store.booking_by_id(conn, refund.subject_id)
        failed = refund.status is RefundStatus.FAILED
        if failed and not await refunds.is_owed(conn, refund):
            return "the customer has it"
    attachments = [] if failed else await _credit_notes(res, booking, refund)
    async with res.db.transaction() as conn:
        await mails.write(
            conn,
            res,
            booking,
            mails.REFUND_FAILED if failed else mails.REFUND,
            key=f"refund:{refund.id}" + (":failed" if failed else ""),
            refund_minor=refund.amount_minor,
            reason=refund.reason,
            attachments=attachments,
        )
    return "written"


async def _credit_notes(res: Resources, booking: Booking, refund: Refund) -> list[Attachment]:
    """Return the documents of what is given back, where there are any."""
    if refund.reason == invoices.GOODWILL:
        async with res.db.acquire() as conn:
            key = await refunds.unique_key(conn, refund.id)
        # A goodwill's refunds are named by its occasion and their payments (money_back.py).
        return await invoices.printed(res, booking, key.rpartition(":")[0])
    if booking.status is BookingStatus.CANCELLED:
        return await invoices.printed(res, booking, CANCELLED)
    return []


async def credit_goodwill(res: Resources) -> str:
    """Write the credit notes of goodwill that was given before it had any; return how many."""
    written = 0
    async with res.db.acquire() as conn:
        found = await invoices.uncredited_goodwill(conn)
    for booking_id in found:
        async with res.db.transaction() as conn:
            booking = await store.locked_booking(conn, booking_id)
            if booking.status is BookingStatus.CONFIRMED:  # still
                written += await invoices.issue_goodwill(conn, booking, invoices.GOODWILL)
    return f"{written} written"


async def follow_money(res: Resources, *, subject_id: str) -> str:
    """The money of a booking moved without us: see what that means for it."""
    return await money.follow(res, UUID(subject_id))


async def expire_hold(res: Resources, *, booking_id: str) -> str:
    """End an overdue hold, Stripe asked first."""
    return await confirmation.expire(res, UUID(booking_id))


async def expire_holds(res: Resources) -> str:
    """Ask for the end of every overdue hold, and for a look at bookings that are paid but not
    confirmed.

    Each is asked for once a minute at most, however often this runs.
    """
    minute = int(clock.now().timestamp() // 60)
    async with res.db.transaction() as conn:
        await shorten_holds(conn, res.settings.sailings.sales_close_minutes)
        overdue = await store.overdue_holds(conn, 500)
        for booking_id in overdue:
            await enqueue(
                conn,
                "bookings.expire_hold",
                {"booking_id": str(booking_id)},
                subject=("bookings", str(booking_id)),
                unique_key=f"expire:{booking_id}:{minute}",
            )
        stuck = await store.stuck_bookings(conn, _STUCK_AFTER_SECONDS, 100)
        for booking_id in stuck:
            await enqueue(
                conn,
                "bookings.confirm_booking_with_operator",
                {"booking_id": str(booking_id)},
                subject=("bookings", str(booking_id)),
                unique_key=f"look_after:{booking_id}:{minute}",
            )
    return f"{len(overdue)} overdue, {len(stuck)} looked after"


async def erase_personal_data(res: Resources) -> str:
    """Forget travel documents after the voyage, who travelled some months later with what staff
    wrote of it, and browsers that were not seen for long.
    """
    days = res.settings.privacy
    documents = await erase_in_batches(res.db, store.SQL.erase_documents, days.documents_days)
    people = await erase_locked_in_batches(
        res.db, store.SQL.lock_people, store.SQL.erase_people, days.personal_days
    )
    await erase_in_batches(res.db, DIFFERENCES.erase_difference_notes, days.personal_days)
    await erase_in_batches(res.db, DEVICES.delete_ended_devices, IDLE_DAYS)
    async with res.db.transaction() as conn:
        await push.tidy_up(conn)
    return f"documents of {documents} bookings, people of {people}"


TASKS = [
    Task(
        "bookings.check_ferry_availability",
        check_ferry_availability,
        tries=3,
        timeout_seconds=20,
        by_hand=SailingPayload,
    ),
    Task("bookings.accept_payment", accept_payment, tries=12, timeout_seconds=30),
    Task(
        "bookings.confirm_booking_with_operator",
        confirm_booking_with_operator,
        tries=12,
        timeout_seconds=60,
    ),
    Task(
        "bookings.cancel_booking_with_operator",
        cancel_booking_with_operator,
        tries=15,
        timeout_seconds=60,
    ),
    Task("bookings.report_failed_payment", report_failed_payment, tries=8, timeout_seconds=30),
    Task("bookings.report_refund", report_refund, tries=8, timeout_seconds=30),
    Task(
        "bookings.credit_goodwill",
        credit_goodwill,
        tries=3,
        timeout_seconds=60,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
    Task("bookings.follow_money", follow_money, tries=12, timeout_seconds=30),
    Task("bookings.expire_hold", expire_hold, tries=8, timeout_seconds=60),
    Task(
        "bookings.expire_holds",
        expire_holds,
        tries=3,
        timeout_seconds=30,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
    Task(
        "bookings.erase_personal_data",
        erase_personal_data,
        tries=3,
        timeout_seconds=600,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
]
CRONS = [
    Cron("bookings.expire_holds", every_seconds=10),
    Cron("bookings.credit_goodwill", every_seconds=3600),
    Cron("bookings.erase_personal_data", every_seconds=86_400),
]
