"""Day partitions of the tracks, what is counted and learned of them, and positions that are brought
beside the stream.
"""

from datetime import timedelta

from maritime_app import clock
from maritime_app.jobs.model import Cron, NoPayload, Task
from maritime_app.resources import Resources
from maritime_app.vessels import store
from maritime_app.vessels.density import counting, store as density
from maritime_app.vessels.density.model import KEPT_DAYS
from maritime_app.vessels.encounters import store as encounters
from maritime_app.vessels.gaps import store as gaps
from maritime_app.vessels.port_calls import store as port_calls
from maritime_app.vessels.predictions import learning, store as predictions
from maritime_app.vessels.ship_alerts import jobs as ship_alerts
from maritime_app.vessels.snapshots import service as snapshots
from maritime_app.vessels.warnings import pulling, store as warnings

_CALLS_KEPT = timedelta(days=400)  # so that a year can be compared with the one before
_DAYS_AHEAD = 3  # so that a long weekend without a worker loses no point


async def make_position_days(res: Resources) -> str:
    """Make the partitions of yesterday (late reports), today and the next three days."""
    today = clock.now().date()
    async with res.db.acquire() as conn:
        count = await store.make_days(
            conn, today - timedelta(days=1), today + timedelta(days=_DAYS_AHEAD)
        )
    return f"{count} days made"


async def drop_old_positions(res: Resources) -> str:
    """Drop tracks older than `vessels.keep_days`, whole days at once, and texts as old as that;
    density after 92 days; what ships did, and ships of which nobody has heard, after 400 days.
    """
    before = clock.now() - timedelta(days=res.settings.vessels.keep_days)
    async with res.db.acquire() as conn:
        count = await store.drop_days(conn, before.date())
        await store.delete_safety_texts(conn, before)
        calls = await port_calls.delete_old(conn, clock.now() - _CALLS_KEPT)
        await gaps.delete_old(conn, clock.now() - _CALLS_KEPT)
        await encounters.delete_old(conn, clock.now() - _CALLS_KEPT)
        await density.delete_old(conn, clock.now().date() - timedelta(days=KEPT_DAYS))
        await predictions.delete_old(conn, before, clock.now() - _CALLS_KEPT)
        await warnings.delete_over(conn, clock.now() - _CALLS_KEPT)
        await store.delete_silent_vessels(conn, clock.now() - _CALLS_KEPT)
    return f"{count} days and {calls} port calls dropped"


async def learn_passages(res: Resources) -> str:
    """Learn from new arrivals, and score the predictions that they decide."""
    return await learning.learn(res)


async def count_density(res: Resources) -> str:
    """Count how many ships were in each cell on the days that are over."""
    return await counting.count(res)


async def fetch_ais_hub(res: Resources) -> str:
    """Pull AISHub's positions."""
    return await snapshots.fetch_ais_hub(res)


async def fetch_ais_stream(res: Resources) -> str:
    """Keep a snapshot of AISStream."""
    return await snapshots.fetch_ais_stream(res)


async def fetch_warnings(res: Resources) -> str:
    """Pull the list of warnings to ships."""
    return await pulling.fetch(res)


async def simulate(res: Resources) -> str:
    """Show simulated ships for two minutes."""
    return await snapshots.simulate(res)


TASKS = [
    *ship_alerts.TASKS,
    Task("vessels.make_position_days", make_position_days, tries=5, timeout_seconds=30),
    Task("vessels.drop_old_positions", drop_old_positions, tries=3, timeout_seconds=60),
    Task(
        "vessels.learn_passages",
        learn_passages,
        tries=2,
        timeout_seconds=120,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
    Task(
        "vessels.count_density",
        count_density,
        tries=2,
        timeout_seconds=1_800,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
    Task(
        "vessels.fetch_ais_hub",
        fetch_ais_hub,
        tries=2,
        timeout_seconds=90,
        by_hand=NoPayload,
        selftest=NoPayload(),
        short_name="ais_hub",
    ),
    Task(
        "vessels.fetch_ais_stream",
        fetch_ais_stream,
        tries=2,
        timeout_seconds=60,
        by_hand=NoPayload,
        selftest=NoPayload(),
        short_name="ais_stream",
    ),
    Task(
        "vessels.fetch_warnings",
        fetch_warnings,
        tries=3,
        timeout_seconds=90,
        first_delay_seconds=60,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
    Task(
        "vessels.simulate",
        simulate,
        tries=2,
        timeout_seconds=30,
        by_hand=NoPayload,
        selftest=NoPayload(),
        short_name="simulate",
    ),
]
CRONS = [
    *ship_alerts.CRONS,
    Cron("vessels.make_position_days", every_seconds=6 * 3600),
    Cron("vessels.drop_old_positions", every_seconds=24 * 3600),
    Cron("vessels.learn_passages", every_seconds=300),
    Cron("vessels.count_density", every_seconds=300),
    Cron("vessels.fetch_ais_hub", every_seconds=60),
    Cron("vessels.fetch_warnings", every_seconds=1_800),
]
