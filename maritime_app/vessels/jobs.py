"""Day partitions of the tracks: made ahead of time, dropped when they are old enough."""

from datetime import timedelta

from maritime_app import clock
from maritime_app.jobs.model import Cron, Task
from maritime_app.resources import Resources
from maritime_app.vessels import store

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
    """Drop tracks older than `vessels.keep_days`, whole days at once."""
    before = clock.now().date() - timedelta(days=res.settings.vessels.keep_days)
    async with res.db.acquire() as conn:
        count = await store.drop_days(conn, before)
    return f"{count} days dropped"


TASKS = [
    Task("vessels.make_position_days", make_position_days, tries=5, timeout_seconds=30),
    Task("vessels.drop_old_positions", drop_old_positions, tries=3, timeout_seconds=60),
]
CRONS = [
    Cron("vessels.make_position_days", every_seconds=6 * 3600),
    Cron("vessels.drop_old_positions", every_seconds=24 * 3600),
]
