"""What the page of a booking shows of its journey: another thing in each phase."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct

from maritime_app import formatting, i18n
from maritime_app.bookings import rights
from maritime_app.bookings.compensation.views import RightsView
from maritime_app.bookings.model import Leg
from maritime_app.bookings.tickets.quays import Quays
from maritime_app.bookings.tickets.views import TicketView
from maritime_app.bookings.trips.arrival import Estimate, EstimateSource
from maritime_app.bookings.trips.phases import Phase
from maritime_app.bookings.trips.views import TripLeg
from maritime_app.i18n import translate as _
from maritime_app.names.port_names import port_name

_NEAR_ZOOM = 16  # a quay and the streets to it
_REFRESH_SECONDS = {Phase.AT_SEA: 15, Phase.GATE: 60, Phase.LATE: 60}
_USUAL_REFRESH_SECONDS = 300


class EstimateView(Struct, frozen=True):
    """When the ship arrives, in the place's own time, and who says so."""

    time: str
    date: str
    between: str
    source: str


class CompanionView(Struct, frozen=True):
    """The journey as it is now. `codes` are the current leg's, at the gate only.

    `map` is what the map of the ship needs, None where there is no ship to show.
    """

    phase: Phase
    headline: str
    sentence: str
    trip: TripLeg
    estimate: EstimateView
    directions_url: str | None
    codes: Sequence[TicketView]
    rights: Sequence[RightsView]
    map: Mapping[str, Any] | None
    refresh_seconds: int


def companion_view(
    phase: Phase,
    trip: TripLeg,
    quays: Quays,
    expected: Estimate,
    codes: Sequence[TicketView],
    owed: Sequence[RightsView],
) -> CompanionView:
    """Return the journey as it is shown in that phase, in the current language."""
    return CompanionView(
        phase=phase,
        headline=_headline(phase, trip.leg),
        sentence=_sentence(phase, trip),
        trip=trip,
        estimate=_estimate_view(trip.leg, expected),
        directions_url=_directions(quays) if phase in _ON_LAND else None,
        codes=codes,
        rights=owed,
        map=_map(trip, quays),
        refresh_seconds=_REFRESH_SECONDS.get(phase, _USUAL_REFRESH_SECONDS),
    )


_ON_LAND = (Phase.BEFORE, Phase.GATE, Phase.LATE)


def _headline(phase: Phase, leg: Leg) -> str:
    words = {
        Phase.BEFORE: _("Your ferry leaves %(when)s"),
        Phase.GATE: _("Have your codes ready"),
        Phase.LATE: _("Your ferry leaves %(late)s late"),
        Phase.AT_SEA: _("On the way to %(place)s"),
        Phase.AFTER: _("You have arrived in %(place)s"),
        Phase.CANCELLED: _("Your ferry does not sail"),
        Phase.NO_PLACE: _("You have no place on this ferry"),
    }[phase]
    return words % {
        "when": formatting.ago(leg.leaves_at),
        "late": formatting.duration(leg.leaves_at - leg.departs_at),
        "place": i18n.isolated(port_name(leg.destination)),
    }


def _sentence(phase: Phase, trip: TripLeg) -> str:
    leg = trip.leg
    if phase in (Phase.AT_SEA, Phase.AFTER, Phase.CANCELLED, Phase.NO_PLACE):
        return ""
    if phase is not Phase.LATE:
        return _("Check-in closes: %(when)s.") % {"when": trip.check_in}
    when = formatting.place_time(leg.leaves_at, leg.origin)
    words = _("It is expected to leave %(when)s.") % {"when": when}
    return f"{words} {_assistance(leg)}".strip()


def _assistance(leg: Leg) -> str:
    """Return what article 17 (1) gives while they wait, from 90 minutes on."""
    if not rights.may_leave(leg.leaves_at - leg.departs_at):
        return ""
    return _(
        "While you wait the operator owes you meals and drinks, and you may have another sailing "
        "or your money back (Regulation (EU) 1177/2010, articles 17 and 18)."
    )


def _estimate_view(leg: Leg, expected: Estimate) -> EstimateView:
    zone = leg.destination.timezone
    between = ""
    if expected.earliest is not None and expected.latest is not None:
        between = _("between %(earliest)s and %(latest)s") % {
            "earliest": formatting.localtime(expected.earliest, zone),
            "latest": formatting.localtime(expected.latest, zone),
        }
    return EstimateView(
        time=formatting.localtime(expected.at, zone),
        date=formatting.localdate(expected.at, zone),
        between=between,
        source=_source_words(expected.source, leg),
    )


def _source_words(source: EstimateSource, leg: Leg) -> str:
    return {
        EstimateSource.MEASURED: _("when it arrived"),
        EstimateSource.PREDICTED: _("predicted from earlier voyages of such ships"),
        EstimateSource.BERTH: _(
            "the ship still lies in port after its departure time: predicted from how late it left "
            "before"
        ),
        EstimateSource.TURN_ROUND: _(
            "predicted from the ship's sailing before, its time in port and what it makes up"
        ),
        EstimateSource.SHIP: _("at the ship's present speed"),
        EstimateSource.OPERATOR: _("expected by %(operator)s")
        % {"operator": i18n.isolated(leg.operator.name)},
        EstimateSource.TIMETABLE: _("by timetable"),
    }[source]


def _directions(quays: Quays) -> str:
    """Return a map of the streets around the port; nothing of it is loaded before it is opened."""
    lat, lon = quays.origin
    marker = urlencode({"mlat": round(lat, 5), "mlon": round(lon, 5)})
    return f"https://www.openstreetmap.org/?{marker}#map={_NEAR_ZOOM}/{lat:.5f}/{lon:.5f}"


def _map(trip: TripLeg, quays: Quays) -> Mapping[str, Any] | None:
    if trip.ship is None:
        return None
    ends = [[round(lon, 4), round(lat, 4)] for lat, lon in (quays.origin, quays.destination)]
    return {
        "mmsi": trip.ship.mmsi,
        "lon": round(trip.ship.lon, 5),
        "lat": round(trip.ship.lat, 5),
        "course": trip.ship.course_deg,
        "ends": ends,
    }
