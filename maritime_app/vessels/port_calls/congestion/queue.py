"""Which ships wait for a berth: the anchorage rule. Pure.

sql/queries/vessels_congestion.sql has the same for midnights that have gone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from maritime_app.vessels.port_calls.congestion.model import LAID_UP_AFTER, WAITING_SINCE
from maritime_app.vessels.port_calls.model import CallTimes

# Ships at anchor report each three minutes: where none did for hours, nobody listens.
_UNHEARD_AFTER: Final = timedelta(hours=4)


def queue_now(calls: Sequence[CallTimes], now: datetime) -> int | None:
    """Return how many wait; None where there are no calls, or none in port was heard for hours."""
    present = [each for each in calls if each.left_at is None]
    heard = max((each.last_at for each in present), default=now)
    if not calls or now - heard > _UNHEARD_AFTER:
        return None
    return sum(is_waiting(each, now) for each in present)


def is_waiting(call: CallTimes, at: datetime) -> bool:
    """Whether the ship has stopped at anchor three hours ago or more, and not berthed by then."""
    if call.stopped_at is None or at - call.stopped_at < WAITING_SINCE:
        return False
    over = call.moored_at or call.left_at
    return at - call.entered_at <= LAID_UP_AFTER and (over is None or over > at)
