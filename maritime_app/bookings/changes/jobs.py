"""Carrying changes out, ending those that nobody decided for, giving up what was replaced."""

from uuid import UUID

from maritime_app import clock
from maritime_app.bookings import store as bookings
from maritime_app.bookings.changes import completion, paying, report, service, store
from maritime_app.bookings.changes.states import ChangeEvent
from maritime_app.infra.upstreams.round import Round
from maritime_app.jobs.model import Cron, NoPayload, Task
from maritime_app.jobs.outbox import enqueue
from maritime_app.payments import service as payments
from maritime_app.payments.model import PaymentStatus
from maritime_app.resources import Resources

_STUCK_AFTER_SECONDS = 60.0
_MOST_AT_ONCE = 200
_ASKING_SECONDS = 40.0  # of the task's sixty: one close may take ten, and the database a while


async def carry_out_change(res: Resources, *, change_id: str) -> str:
    """Ask the operators for their new legs, then rewrite the booking."""
    return await completion.carry_out(res, UUID(change_id))


async def give_up_legs(res: Resources, *, change_id: str) -> str:
    """Cancel at remote operators what was replaced, or what a refused change had held."""
    return await completion.give_up_legs(res, UUID(change_id))


async def report_change(res: Resources, *, change_id: str) -> str:
    """Mail the tickets of the changed booking."""
    return await report.mail_tickets(res, UUID(change_id))


async def end_changes(res: Resources) -> str:
    """Look after accepted changes that hang; end held ones whose time has run out.

    Raise Unavailable where Stripe did not answer for some; the others are ended.
    """
    async with res.db.acquire() as conn:
        overdue = await store.overdue(conn, _MOST_AT_ONCE)
        stuck = await store.stuck(conn, _STUCK_AFTER_SECONDS, _MOST_AT_ONCE)
        unpayable = await store.unpayable(conn, _MOST_AT_ONCE)
    minute = int(clock.now().timestamp() // 60)
    async with res.db.transaction() as conn:  # first: this asks nobody
        for change_id in stuck:
            await enqueue(
                conn,
                "bookings.carry_out_change",
                {"change_id": str(change_id)},
                unique_key=f"look_after_change:{change_id}:{minute}",
            )
    asking = Round("Stripe", _ASKING_SECONDS)
    ended = await asking.over(overdue, lambda change_id: _expire(res, change_id))
    await asking.over(unpayable, lambda payment_id: payments.close(res, payment_id))
    return asking.outcome(f"{ended} ended, {len(stuck)} looked after")


async def _expire(res: Resources, change_id: UUID) -> None:
    """End a held change, after Stripe has said that nobody paid (or can pay any more)."""
    async with res.db.acquire() as conn:
        held = await store.change(conn, change_id)
    if await paying.close(res, held) is PaymentStatus.SUCCEEDED:
        return  # paid in the last moment: its own job carries it out
    async with res.db.transaction() as conn:
        await bookings.lock_booking(conn, held.booking_id)
        await service.withdraw(conn, res, change_id, ChangeEvent.EXPIRE)


TASKS = [
    Task("bookings.carry_out_change", carry_out_change, tries=15, timeout_seconds=60),
    Task("bookings.give_up_legs", give_up_legs, tries=15, timeout_seconds=60),
    Task("bookings.report_change", report_change, tries=8, timeout_seconds=60),
    Task(
        "bookings.end_changes",
        end_changes,
        tries=3,
        timeout_seconds=60,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
]
CRONS = [Cron("bookings.end_changes", every_seconds=10)]
