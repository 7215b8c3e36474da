"""What the arrival of one sailing does to the later ones of the same ship. Pure.

A ship does not stay as late as it is: it waits less in port than planned, sails a little faster,
and leaves no earlier than its timetable says.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from maritime_app.ferries.forecasts.model import (
    Expected,
    ForecastBasis,
    Habits,
    SailingForecast,
    ShipSailing,
)

_USUAL_TURN_ROUND_SECONDS: Final = 1_800.0  # at a port where neither ship nor timetable tells


def later(
    arrival: Expected, sailings: Iterable[ShipSailing], habits: Habits, made_at: datetime
) -> list[SailingForecast]:
    """Return what is expected of a ship's later sailings, in order, after it arrives as expected.

    The bounds of each are what would follow if the ship arrived at the bounds of the first.
    """
    found = []
    for sailing in sorted(sailings, key=lambda each: each.departs_at):
        departs = _departure(arrival.median_at, sailing, habits)
        arrival = Expected(*(_arrival(at, sailing, habits) for at in arrival))
        found.append(
            SailingForecast(
                sailing_id=sailing.id,
                made_at=made_at,
                departs_at=departs,
                arrives_at=arrival.median_at,
                low_at=arrival.low_at,
                high_at=arrival.high_at,
                basis=ForecastBasis.TURN_ROUND,
            )
        )
    return found


def crossing(departs: datetime, sailing: ShipSailing, habits: Habits) -> datetime:
    """Return when a sailing arrives that leaves then: what is late is made up as far as usual."""
    planned = sailing.arrives_at - sailing.departs_at
    late = departs - sailing.departs_at
    return departs + planned - min(late, planned * habits.recovery)


def _departure(arrived: datetime, sailing: ShipSailing, habits: Habits) -> datetime:
    seconds = habits.turn_round_seconds.get(sailing.origin_code, _USUAL_TURN_ROUND_SECONDS)
    return max(sailing.departs_at, arrived + timedelta(seconds=seconds))


def _arrival(arrived: datetime, sailing: ShipSailing, habits: Habits) -> datetime:
    return crossing(_departure(arrived, sailing, habits), sailing, habits)
