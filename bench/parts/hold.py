"""Whole bookings: booking, leg, two passengers, a car, a cabin, three resources taken, the
payment.
"""

from contextlib import AsyncExitStack

from bench.report import Report
from bench.rounds import Load, Side, figures, play
from bench.stage import Stage

_ROOMY = """
with chosen as (
    select s.id, min(c.resource) as cabin
    from sailing s
    join capacity c on c.sailing_id = s.id and c.resource like 'cabin:%'
    join fare_price p on p.fare_id = s.fare_id and p.item = c.resource
    where s.departs_at > now() + interval '2 days' and s.status = 'scheduled'
      and s.max_height_cm >= 200
      and exists (select from fare_price f where f.fare_id = s.fare_id and f.item = 'car')
    group by s.id order by s.id limit 1000
), roomy as (
    update capacity c set total = 1000000000 from chosen where c.sailing_id = chosen.id
)
select id::text, substr(cabin, 7) from chosen
"""
# What was really written must be what was answered, for both sides.
_TRUE = """
select (select count(*) from booking) as bookings, (select count(*) from booking_leg) as legs,
       (select count(*) from passenger) as people, (select count(*) from vehicle) as vehicles,
       (select count(*) from leg_capacity) as takes,
       (select sum(taken) from capacity where resource = 'passenger') as places
"""


async def measure(stage: Stage) -> Report:
    """Beside select-for-update in separate round trips writing the same rows, on one sailing and on
    1,000.
    """
    report = Report("hold", "POST /api/v1/bookings, 2 passengers, car and cabin, 32 connections")
    sailings = await roomy_sailings(stage)
    async with AsyncExitStack() as stack:
        usual = await stack.enter_async_context(stage.baseline("select_for_update"))
        ours = await stack.enter_async_context(stage.ours())
        for name, chosen, wanted in (
            ("one sailing", sailings[:1], 4.0),
            (f"{len(sailings):,} sailings", sailings, 2.0),
        ):
            load = Load("bookings", {"sailings": chosen}, status="201")
            sides = [
                Side(f"select for update, {name}", usual, load),
                Side(f"ours, {name}", ours, load),
            ]
            await play(sides)
            report.notes.append(
                f"{name}: an fsync of 8 kB took {stage.sync_ms():.2f} ms beside it all"
            )
            figures(report, sides)
            report.ratio(
                f"ours / select for update, {name}",
                sides[1].per_second,
                sides[0].per_second,
                wanted,
            )
    await _check(stage, report)
    return report


async def roomy_sailings(stage: Stage) -> list[tuple[str, str]]:
    """Return a thousand sailings, with a cabin of each, on which nobody is ever refused."""
    async with stage.resources() as res, res.db.acquire() as conn:
        return [tuple(row.values()) for row in await conn.fetch(_ROOMY)]


async def _check(stage: Stage, report: Report) -> None:
    async with stage.resources() as res, res.db.acquire() as conn:
        row = await conn.fetchrow(_TRUE)
    bookings = row["bookings"]
    report.notes.append(
        f"{bookings:,} bookings written by both sides, their rows and the places taken agree"
    )
    expected = (bookings, bookings, 2 * bookings, bookings, 3 * bookings, 2 * bookings)
    if tuple(row.values()) != expected:
        raise RuntimeError(f"the rows do not agree: {dict(row)}")
