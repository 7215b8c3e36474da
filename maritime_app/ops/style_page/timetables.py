"""What an invented publisher's timetable says of a boat, and how its news are read."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, Final

from maritime_app import clock
from maritime_app.ferries.timetables.model import (
    Access,
    Alert,
    Arrangement,
    Cause,
    Effect,
    Listing,
    LiveState,
    Severity,
    Via,
    Wording,
)
from maritime_app.ops.style_page import cast

_PUBLISHER: Final = "Aurora"
_SAID: Final[dict[str, Any]] = {
    "feed": "aurora",
    "publisher": _PUBLISHER,
    "attributions": (),
    "moved_weeks": 0,
    "trip": "1",
    "service_day": date(2026, 6, 1),
    "line": "Piraeus – Ancona",
    "line_number": "7",
    "colour": "",
    "headsign": "Ancona",
    "trip_number": "",
    "platform": "E2",
    "arrival_platform": "",
    "boarding": Access.PHONE,
    "alighting": Access.REGULAR,
    "approximate_departure": True,
    "approximate_arrival": False,
    "booking": Arrangement("the day before", "+30 210 000000"),
    "phone": None,
    "bicycles": True,
    "cars": True,
    "wheelchair": True,
    "via": (),
    "step_free_boarding": True,
    "step_free_leaving": False,
    "signs": ("Pier E",),
}


def pieces() -> dict[str, Any]:
    """Return what templates/ops/style_page/_days.html shows of news that are read."""
    read = {"address": "https://aurora.example/", "error": "404", "left_out": 1}
    read |= {"read_at": clock.now(), "said_at": cast.LEAVES}
    return {
        "realtime": SimpleNamespace(**read, matched=41, unknown=2, added=1),
        "told": SimpleNamespace(**read, kept=3, elsewhere=2),
    }


def listings() -> list[Listing]:
    """Return a boat of which everything is said, and others as their publisher says they go."""
    late = _live(
        expected_departs_at=cast.LEAVES + timedelta(minutes=25),
        expected_arrives_at=cast.LANDS + timedelta(minutes=20),
    )
    return [
        _listing(live=late, alerts=(_alert(),), moved_weeks=2, via=_stops()),
        _listing(live=_live(cancelled=True), boarding=Access.CREW, cars=False, bicycles=False),
        _listing(live=_live(departure_skipped=True, arrival_skipped=True), wheelchair=False),
    ]


def _live(**known: Any) -> LiveState:
    usual = {"cancelled": False, "departure_skipped": False, "arrival_skipped": False}
    times = {"expected_departs_at": None, "expected_arrives_at": None}
    return LiveState(**(usual | times | known), said_at=clock.now())


def _stops() -> tuple[Via, ...]:
    at = cast.LEAVES + timedelta(hours=2)
    place = cast.HERAKLION
    stop = Via(place.code, place.name, place.timezone, "", at, at)
    return (stop, Via(place.code, place.name, place.timezone, "", at, at, skipped=True))


def _alert() -> Alert:
    return Alert(
        id="1",
        feed="aurora",
        publisher=_PUBLISHER,
        effect=Effect.REDUCED_SERVICE,
        cause=next(iter(Cause)),
        severity=next(iter(Severity)),
        header=(Wording("en", "Low water"),),
        description=(Wording("en", "Boats sail by the deeper way."),),
        url=(Wording("en", "https://aurora.example/"),),
        periods=(),
        until=cast.LANDS,
        said_at=clock.now(),
        read_at=clock.now(),
    )


def _listing(**known: Any) -> Listing:
    return Listing(**(_SAID | known))
