"""A week of a port, what is compared of it, and the index."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

WEEK: Final = timedelta(days=7)
WEEKS_BEFORE: Final = 8
WAITING_SINCE: Final = timedelta(hours=3)  # at anchor; a shorter stop is for the pilot
LAID_UP_AFTER: Final = timedelta(days=60)  # in port: waits for no berth


class Component(StrEnum):
    """What is compared."""

    WAITING = "waiting"
    QUEUE = "queue"
    TIME_IN_PORT = "time_in_port"


class Week(Struct, frozen=True):
    """The seven days before a midnight (UTC) of a port.

    `ended` calls ended in them, `calls` of these were heard from the arrival over the berth to the
    departure: the medians, in hours, are of those. `queue` is at that midnight.
    """

    ends_at: datetime
    ended: int
    calls: int
    waiting: float | None
    time_in_port: float | None
    queue: int


class CongestionComponent(Struct, frozen=True):
    """One measure of the newest week, in hours or ships, against the `weeks` before that count.

    `usual` is their median, `mad` the median of how far they are from it, `z` the distance of
    `value` from the usual in 1.4826 MAD. Without a `z` the reason: `too_few_calls`, `not_listened`,
    `history_too_short` or, where the weeks before do not differ, `no_spread`.
    """

    measure: Component
    unit: str
    value: float | None
    usual: float | None
    mad: float | None
    z: float | None
    weeks: int
    missing_reason: str | None


class PortCongestion(Struct, frozen=True):
    """How busy a port was in the seven days from `since` until `until`, a midnight (UTC), against
    the eight weeks before, which end on the same weekday.

    `index` is 100 times the sigmoid of the mean `z`: 50 is as usual, 73 one usual deviation more.
    It is null with the reason: `too_few_calls` (below ten), `not_listened` (a day in which no ship
    was heard to come or go anywhere), `history_too_short` (fewer than five weeks), or `no_spread`.
    `calls` is its sample, `coverage` the share of the ended calls that was heard throughout.
    `queue_now` are ships that have been at anchor for three hours and have not berthed yet; null
    where no ship was heard lately.
    """

    since: datetime
    until: datetime
    index: float | None
    missing_reason: str | None
    calls: int
    coverage: float | None
    queue_now: int | None
    components: tuple[CongestionComponent, ...]
    invented: bool
