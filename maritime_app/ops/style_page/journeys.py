"""The companion of an invented crossing: each phase, what else sails, the link to be shared."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from maritime_app import clock
from maritime_app.bookings.trips import samples
from maritime_app.bookings.trips.phases import Phase


def pieces() -> dict[str, Any]:
    """Return what templates/ops/style_page/_journeys.html shows."""
    now = clock.now()
    # Within an hour the page is the same; only how long ago a ship was heard is counted from now.
    hour = now.replace(minute=0, second=0, microsecond=0)
    journeys = samples.journeys(hour, now)
    late = next(one.trip.leg for one in journeys if one.phase is Phase.LATE)
    return {
        "journeys": journeys,
        # The one whose ship the map follows.
        "mapped": next(one for one in journeys if one.phase is Phase.AT_SEA and one.map),
        "elsewhere": _elsewhere(late, late.lands_at),
        "reference": samples.REFERENCE,
        "push_key": "invented",
        "kept": ["#journeys"],
    }


def _elsewhere(leg: Any, at: Any) -> SimpleNamespace:
    def sailing(hours: int, other: Any, url: str | None) -> SimpleNamespace:
        boat = SimpleNamespace(other=other, operator=leg.operator, ferry=leg.ferry)
        return SimpleNamespace(boat=boat, leaves_at=at + timedelta(hours=hours), url=url)

    return SimpleNamespace(
        origin=leg.origin,
        destination=leg.destination,
        same_way=[sailing(2, leg.destination, "#journeys"), sailing(5, leg.destination, None)],
        others=[sailing(1, leg.origin, "#journeys")],
        asked=[leg.operator.name],
        search_url="#journeys",
    )
