"""Writers: several at once take parties in batches, and a dead one is replaced within a second.

A writer takes a batch that nobody else has, and writes to it in one transaction: its places, its
offers and its mails are there together or not at all. Its claim is the lock on the rows, so what a
killed process had taken is free with its connection, and no lease has to run out. While somebody
waits, a successor is always in the queue, due a second later; whoever lives takes it.
"""

import asyncio
import time
from collections.abc import Sequence
from uuid import UUID

from maritime_app.bookings import store as bookings
from maritime_app.bookings.disruptions import store, writing
from maritime_app.bookings.disruptions.states import PartyEvent
from maritime_app.bookings.disruptions.store import Waiting
from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.db import Conn
from maritime_app.infra.processes.waiting import end
from maritime_app.infra.telemetry import log
from maritime_app.jobs.outbox import enqueue
from maritime_app.resources import Part, Resources

logger = log.get(__name__)
_AT_ONCE = 2  # in one process: one computes while the other waits for the database
_PROCESSES = 4  # are called at once
_BATCH = 25  # parties of one transaction: others wait for its rows as long
_LONGEST_SECONDS = 40.0  # of one job; what is left is for the next one
_SUCCESSOR_SECONDS = 1.0
_PUT_OFF_SECONDS = 10.0


class Writing:
    """The disruptions that this process is writing of."""

    def __init__(self, _res: Resources) -> None:
        self.under_way: set[UUID] = set()


WRITING = Part("bookings.disruptions.writing", Writing)


async def enqueue_first(conn: Conn, disruption_id: UUID, reason: str = "first") -> None:
    """Call writers of several processes, once for that reason."""
    for number in range(_PROCESSES):
        await enqueue_writer(conn, disruption_id, f"{reason}:{number}")


async def enqueue_writer(
    conn: Conn, disruption_id: UUID, name: str, delay_seconds: float = 0.0
) -> None:
    """Call a writer of that name; there is one of a name."""
    await enqueue(
        conn,
        "bookings.write_to_parties",
        {"disruption_id": str(disruption_id)},
        subject=("disruption", str(disruption_id)),
        unique_key=f"write_to_parties:{disruption_id}:{name}",
        delay_seconds=delay_seconds,
    )


async def write_to_parties(res: Resources, disruption_id: UUID) -> str:
    """Write to batch after batch until nobody waits, or the time is over.

    A party that cannot be written to keeps nobody else waiting: a person is called.
    """
    if not await _call_successor(res, disruption_id):
        return "nobody waits"
    under_way = res[WRITING].under_way
    if disruption_id in under_way:
        return "this process is writing already"
    under_way.add(disruption_id)
    until = time.monotonic() + _LONGEST_SECONDS
    team = [asyncio.create_task(_write(res, disruption_id, until)) for _one in range(_AT_ONCE)]
    try:
        return f"{sum(await asyncio.gather(*team))} written to"
    finally:
        await end(*team)
        under_way.discard(disruption_id)


async def _call_successor(res: Resources, disruption_id: UUID) -> bool:
    """Call the writer of a second later while somebody waits; return whether somebody does.

    It is named by the database's second, so that however many are called, one is due at a time.
    """
    async with res.db.transaction() as conn:
        second = await store.second_of_waiting(conn, disruption_id)
        if second is None:
            return False
        await enqueue_writer(conn, disruption_id, f"{second}", _SUCCESSOR_SECONDS)
    return True


async def _write(res: Resources, disruption_id: UUID, until: float) -> int:
    """Write to batches, and where one fails to its parties one by one; return to how many."""
    written, alone = 0, 0  # how many are taken one by one
    while time.monotonic() < until:
        taken = list[Waiting]()
        try:
            async with res.db.transaction() as conn:
                most = 1 if alone else _BATCH
                taken += await store.next_waiting(conn, disruption_id, most)
                if not taken:
                    break
                await _write_to(conn, res, disruption_id, taken)
        except Exception as error:
            if not taken:
                raise
            logger.exception(
                "parties_not_written_to", bookings=[str(one.booking_id) for one in taken]
            )
            if len(taken) == 1:
                await _put_off(res, disruption_id, taken[0].booking_id, type(error).__name__)
            alone = max(alone - 1, 0) if len(taken) == 1 else len(taken)
        else:
            written, alone = written + len(taken), max(alone - 1, 0)
    return written


async def _write_to(
    conn: Conn, res: Resources, disruption_id: UUID, taken: Sequence[Waiting]
) -> None:
    disruption = await store.disruption(conn, disruption_id)
    sailing = await store.sailing_state(conn, disruption.sailing_id)
    lost = {one.booking_id: one.lost_change_id for one in taken}
    parties = [
        party
        for booking in await bookings.bookings_by_id(conn, list(lost))
        if (party := writing.affected(disruption, sailing, booking, lost[booking.id]))
    ]
    here = {party.booking.id for party in parties}
    gone = [booking_id for booking_id in lost if booking_id not in here]
    await store.apply_all(conn, disruption_id, gone, PartyEvent.END)
    await writing.write_to(conn, res, disruption, parties)


async def _put_off(res: Resources, disruption_id: UUID, booking_id: UUID, what: str) -> None:
    """Let one that cannot be written to wait, and call a person."""
    async with res.db.transaction() as conn:
        await store.put_off(conn, disruption_id, booking_id, _PUT_OFF_SECONDS)
        subject = ("bookings", str(booking_id))
        await raise_alert(conn, "party_not_written_to", what, subject=subject)
