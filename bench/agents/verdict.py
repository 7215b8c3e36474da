"""What the database says of every intent: one booking, paid once or given up."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import asyncpg

from bench.agents.agent import Outcome
from maritime_app.cli.processes import servers
from maritime_app.settings import file as settings_file

_LONGEST_UNCERTAIN_SECONDS = 30.0
_SETTLE_SECONDS = 30.0
_STORED = """
select b.contact_email as email, b.reference, b.status,
       (select count(*) from payment p where p.subject_id = b.id and p.status = 'succeeded')::int
           as paid,
       (select count(distinct m.unique_key) from mail m
        where m.template = 'booking_confirmation' and m.recipient = b.contact_email)::int as mails,
       (select count(*) from mandate_use u where u.booking_id = b.id and u.status = 'spent')::int
           as uses,
       (select count(distinct m.unique_key) from mail m
        join mandate_use u on m.unique_key = 'mandate_used:' || u.id
        where u.booking_id = b.id)::int as told
from booking b
"""
_WRONG_MANDATES = """
select m.id, sum(u.amount_minor) as taken, m.limit_minor, count(distinct u.booking_id) as bookings,
       m.most_bookings, count(*) filter (where u.status = 'taken') as open
from mandate m join mandate_use u on u.mandate_id = m.id and u.status in ('taken', 'spent')
group by m.id
having sum(u.amount_minor) > m.limit_minor or count(distinct u.booking_id) > m.most_bookings
    or bool_or(u.status = 'taken')
"""


async def judge(
    var_dir: Path, outcomes: Sequence[Outcome], uncertain_seconds: Iterable[float]
) -> list[str]:
    """Return every broken promise in one line; none when all is well.

    A job writes the mail of a confirmed booking: the last ones have a moment for theirs.
    """
    until = time.monotonic() + _SETTLE_SECONDS
    while broken := await _broken(var_dir, outcomes):
        if time.monotonic() > until:
            break
        await asyncio.sleep(1.0)
    longest = max(uncertain_seconds, default=0.0)
    if longest > _LONGEST_UNCERTAIN_SECONDS:
        broken.append(f"somebody did not know for {longest:.1f} s what became of a call")
    return broken


async def _broken(var_dir: Path, outcomes: Sequence[Outcome]) -> list[str]:
    stored, mandates = await _stored(var_dir)
    broken = [line for outcome in outcomes for line in of_intent(outcome, stored)]
    return [*broken, *(f"a mandate is overdrawn, or not done: {row}" for row in mandates)]


async def _stored(
    var_dir: Path,
) -> tuple[dict[str, list[dict[str, Any]]], list[dict[str, Any]]]:
    """Return the bookings by e-mail address, and the mandates that are not as they must be."""
    settings = servers.with_secret(settings_file.load({"VAR_DIR": str(var_dir)}))
    async with servers.with_servers(settings, join=True) as served:
        conn: Any = await asyncpg.connect(served.database.url)
        try:
            rows = [dict(row) for row in await conn.fetch(_STORED)]
            wrong = [dict(row) for row in await conn.fetch(_WRONG_MANDATES)]
        finally:
            await conn.close()
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["email"], []).append(row)
    return found, wrong


def of_intent(outcome: Outcome, stored: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Return what of an intent is not as its agent was told; `stored` is by e-mail address."""
    who, bookings = outcome.intent.email, stored.get(outcome.intent.email, [])
    if not outcome.reference:
        return [f"{who}: refused, and yet booked"] if bookings else []
    if len(bookings) != 1:
        return [f"{who}: {len(bookings)} bookings"]
    booking = bookings[0]
    said = (outcome.reference, outcome.status)
    broken = []
    if said != (booking["reference"], booking["status"]):
        broken.append(f"{who}: was told {said}, stored is {booking}")
    paid = 1 if outcome.status in ("confirmed", "refused") else 0
    if booking["paid"] != paid:
        broken.append(f"{who}: {booking['paid']} payments of a {outcome.status} booking")
    uses = 1 if outcome.mandate == "paid" else 0
    if (booking["uses"], booking["told"]) != (uses, uses):
        stored_uses = f"{booking['uses']} uses and {booking['told']} mails about them"
        broken.append(f"{who}: {stored_uses} where the mandate answered {outcome.mandate!r}")
    if booking["mails"] != (outcome.status == "confirmed"):
        broken.append(f"{who}: {booking['mails']} confirmations of a {outcome.status} booking")
    return broken


def counted(ends: Iterable[str]) -> dict[str, int]:
    """Return how many ended how."""
    return dict(Counter(ends))
