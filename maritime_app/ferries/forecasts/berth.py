"""What follows when a ship still lies in port after its departure time. Pure.

How much longer it stays, its own late departures tell: of those that were later than it is now, how
much later they were. So the forecast never says that it should have left already.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from maritime_app.ferries.forecasts.later import crossing, later
from maritime_app.ferries.forecasts.model import (
    Expected,
    ForecastBasis,
    Habits,
    SailingForecast,
    ShipSailing,
)

# Lines and ramps take minutes, and timetables are kept to the minute: not late yet.
GRACE: Final = timedelta(minutes=3)
_FEWEST: Final = 5  # departures later than now, below which nobody can tell
_UNKNOWN: Final = timedelta(minutes=5)  # then: soon, or as late again as it is now
_UNKNOWN_HIGH: Final = timedelta(minutes=15)
_TAIL: Final = 0.1


def moored(
    present: ShipSailing, sailings: Sequence[ShipSailing], late: Habits, now: datetime
) -> list[SailingForecast]:
    """Return what is expected of a sailing whose ship lies at its berth, and of its later ones.

    Nothing before the departure is three minutes late, or once staff wrote down that it left.
    """
    overdue = now - present.departs_at
    if overdue < GRACE or present.departed_at is not None:
        return []
    leaves = _departures(overdue, late, now)
    arrival = Expected(*(crossing(departs, present, late) for departs in leaves))
    first = SailingForecast(
        sailing_id=present.id,
        made_at=now,
        departs_at=leaves.median_at,
        arrives_at=arrival.median_at,
        low_at=arrival.low_at,
        high_at=arrival.high_at,
        basis=ForecastBasis.BERTH,
    )
    following = [each for each in sailings if each.departs_at > present.departs_at]
    return [first, *later(arrival, following, late, now)]


def _departures(overdue: timedelta, late: Habits, now: datetime) -> Expected:
    """Return when a ship leaves that is so late already: the bounds of 80 % of such departures."""
    so_far = overdue.total_seconds()
    more = sorted(seconds - so_far for seconds in late.departures_late if seconds > so_far)
    if len(more) < _FEWEST:
        return Expected(now + _UNKNOWN, now, now + max(_UNKNOWN_HIGH, overdue))
    low, high = int(_TAIL * len(more)), int((1 - _TAIL) * len(more))
    ranks = (more[len(more) // 2], more[low], more[min(high, len(more) - 1)])
    return Expected(*(now + timedelta(seconds=seconds) for seconds in ranks))
