"""Which sailings our realtime feed tells of: our timetable has all of these trips. Pure."""

from datetime import UTC, datetime, time, timedelta
from typing import Final

STILL_TOLD: Final = timedelta(hours=2)  # so long after its arrival a boat is of interest
AHEAD: Final = timedelta(hours=48)
_DAYS_OF_CANCELLED: Final = 3  # today and the days that begin within AHEAD


def cancelled_until(now: datetime) -> datetime:
    """Return the departure before which cancelled sailings are told of; a later one is in neither
    feed.

    A midnight of UTC: two readers a minute apart find the same sailings in both feeds.
    """
    today = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    return today + timedelta(days=_DAYS_OF_CANCELLED)
