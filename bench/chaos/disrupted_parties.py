"""Those who were aboard a cancelled sailing, as the books and their mailboxes have them: until all
are written to, and whether everybody has one state and the mails they are owed.
"""

import asyncio
from collections import Counter
from collections.abc import Container, Iterable
from uuid import UUID

from bench.chaos.passengers import Party, Passengers
from maritime_app import domains
from maritime_app.ops import invariants
from maritime_app.resources import Resources

_MOST_SECONDS = 600.0  # of anything; a run that hangs is a run that failed
_A_PARTY_SECONDS = 2.0  # of a busy core: booking, paying, drawing a ticket and an invoice
_PARTIES = """
select b.reference, p.status, b.status as booking, s.id = $1 as on_cancelled
from disrupted_party p
join disruption d on d.id = p.disruption_id and d.sailing_id = $1
join booking b on b.id = p.booking_id
join booking_leg l on l.booking_id = b.id join sailing s on s.id = l.sailing_id
"""
_WAITING = """
select count(*) filter (where p.status = 'waiting') as waiting,
       count(*) filter (where p.status <> 'waiting') as written
from disrupted_party p join disruption d on d.id = p.disruption_id where d.sailing_id = $1
"""
_OVERSOLD = "select count(*) from capacity where taken > total or taken < 0"
_OFFERS = "select id::text, recipient, sent_at from mail where template = 'disruption_offer'"
# What a party may be in the end, and what its booking is then.
_ENDS = {"offered": "confirmed", "moved": "confirmed", "refunded": "cancelled"}


def most_seconds(parties: int) -> float:
    """Return how long anything may take that is done for each of so many parties."""
    return max(_MOST_SECONDS, _A_PARTY_SECONDS * parties)


async def until_written(res: Resources, sailing_id: UUID, parties: int) -> None:
    """Wait until everybody aboard has a row, and nobody waits."""
    async with asyncio.timeout(most_seconds(parties)):
        while True:
            async with res.db.acquire() as conn:
                row = await conn.fetchrow(_WAITING, sailing_id)
            if row and (row["waiting"], row["written"]) == (0, parties):
                return
            await asyncio.sleep(0.2)


async def offers_received(res: Resources, passengers: Passengers) -> Counter[str]:
    """Return how often each mail with an offer arrived, by its id, once all were sent."""
    async with asyncio.timeout(_MOST_SECONDS):
        while True:
            async with res.db.acquire() as conn:
                offers = await conn.fetch(_OFFERS)
            if all(row["sent_at"] for row in offers):
                break
            await asyncio.sleep(0.5)
    arrived = await passengers.mails_received({row["recipient"] for row in offers})
    return Counter({row["id"]: arrived[row["id"]] for row in offers})


async def judge(
    res: Resources,
    sailing_id: UUID,
    parties: Iterable[Party],
    lost: Container[str],
    received: Counter[str],
) -> list[str]:
    """Return everything that is not as it must be; `lost` were to be written to twice."""
    async with res.db.acquire() as conn:
        rows = await conn.fetch(_PARTIES, sailing_id)
        offers = await conn.fetch(_OFFERS)
        oversold = await conn.fetchval(_OVERSOLD)
    broken = [f"{oversold} capacities are oversold"] if oversold else []
    counts = Counter(row["reference"] for row in rows)
    written = Counter(row["recipient"] for row in offers)
    missing = {row["recipient"] for row in offers if not received[row["id"]]}
    for party in parties:
        if counts[party.reference] != 1:
            broken.append(f"{party.reference} has {counts[party.reference]} states")
        if written[party.email] != 1 + (party.reference in lost) or party.email in missing:
            broken.append(f"{party.reference} was written {written[party.email]} offers")
    for row in rows:
        if _ENDS.get(row["status"]) != row["booking"]:
            broken.append(f"{row['reference']} is {row['status']} and {row['booking']}")
        if row["status"] == "moved" and row["on_cancelled"]:
            broken.append(f"{row['reference']} was moved and is on the cancelled sailing")
    found = await invariants.broken(res, domains.INVARIANTS, stuck_after_seconds=30)
    return broken + [f"{one.invariant}: {one.subject}: {one.detail}" for one in found]


async def ends(res: Resources, sailing_id: UUID) -> dict[str, int]:
    """Return how many parties are in each state."""
    async with res.db.acquire() as conn:
        return Counter(row["status"] for row in await conn.fetch(_PARTIES, sailing_id))
