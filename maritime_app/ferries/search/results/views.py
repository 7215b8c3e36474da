"""What the results page shows: ways, sailings, filters, order, words for the party."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec

from maritime_app import clock
from maritime_app.ferries import parties
from maritime_app.ferries.lowest_fares.model import LowestFare
from maritime_app.ferries.model import Party, Place
from maritime_app.ferries.reach.model import Alternatives
from maritime_app.ferries.search import typed_vehicles
from maritime_app.ferries.search.model import (
    Journey,
    JourneySale,
    OperatorStatus,
    SailingOffer,
    SearchResponse,
)
from maritime_app.ferries.search.results import filters as filter_form
from maritime_app.ferries.search.results.around import STRIP_DAYS, Around
from maritime_app.ferries.search.results.cards import (
    JourneyCard,
    SailingCard,
    journey_card,
    sailing_card,
)
from maritime_app.ferries.search.results.filters import Filters
from maritime_app.ferries.search.results.party_words import party_words
from maritime_app.i18n import translate_plural as ngettext

_WAY = ("from", "to", "date", "return_date")
PARTY = (
    "adults",
    "children",
    "infants",
    "ages",
    "pets",
    "vehicles",
    "berths",
    "resident_of",
    "residents",
)
FIELDS = (*_WAY, *PARTY)
_COUNTS = {"adults": 1, "children": 0, "infants": 0, "pets": 0, "residents": 0}
_NEARBY = 4


class DayLink(msgspec.Struct, frozen=True):
    """Another day of the same search."""

    date: date
    url: str
    current: bool = False
    fare: LowestFare | None = None


class PortLink(msgspec.Struct, frozen=True):
    """The same search between other ports: which end is another one, and how far away it is."""

    origin: Place
    destination: Place
    other: Place
    metres: float
    url: str


class Direction(msgspec.Struct, frozen=True):
    """Out or back: from where to where on which day."""

    name: str
    day: date
    origin: Place
    destination: Place


class WayView(msgspec.Struct, frozen=True):
    """The way out or back; `hidden` counts what the filters take away."""

    direction: str
    date: date
    origin: Place
    destination: Place
    days: list[DayLink]
    hidden: int
    nearby: list[DayLink]
    near_ports: list[PortLink]
    month_url: str
    alert_url: str
    sailings: list[SailingCard]
    journeys: list[JourneyCard]

    @property
    def can_be_chosen(self) -> bool:
        """Return whether there is something to buy on this way."""
        sold = any(journey.sold is JourneySale.TOGETHER for journey in self.journeys)
        return sold or any(sailing.state == "offer" for sailing in self.sailings)

    @property
    def not_asked(self) -> list[str]:
        """Return the operators that may take less than the strip's days say."""
        fares = [day.fare for day in self.days if day.fare and day.fare.price]
        return sorted({name for fare in fares for name in fare.not_asked})


class Pending(msgspec.Struct, frozen=True):
    """A page that fills: where the rest comes from, in words, and when to look again without a
    script.
    """

    url: str
    words: str
    reload_seconds: int


def search_form(query: Mapping[str, str]) -> dict[str, Any]:
    """Return the search as the form shows it again; what is no number becomes the usual one."""
    entered: dict[str, Any] = {name: query.get(name, "") for name in FIELDS}
    for name, usual in _COUNTS.items():
        text = str(entered[name])
        entered[name] = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else usual
    return entered | {name: query.get(name, "") for name in typed_vehicles.FIELDS}


def understood(
    entered: Mapping[str, Any], origin: str, destination: str, party: Party
) -> dict[str, Any]:
    """Return the form as it has been understood: one address and one page for every way of asking
    the same.
    """
    plain = dict.fromkeys(PARTY, "") | dict.fromkeys(_COUNTS, 0)
    return {**entered, **plain, "from": origin, "to": destination, **parties.fields_of(party)}


def known_parameters(query: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what is read of a query string; a page for many readers repeats nothing else."""
    known = {*FIELDS, *filter_form.PARAMETERS}
    return [(name, value) for name, value in query if name in known]


def results(
    response: SearchResponse,
    party: Party,
    entered: Mapping[str, Any],
    filters: Filters,
    around: Sequence[Around],
) -> dict[str, Any]:
    """Return what templates/ferries/search.html shows, but for its form."""
    there, back = response.origin, response.destination
    out = Direction("out", response.date, there, back)
    ways = [(out, response.outbound, response.outbound_connections)]
    if response.inbound is not None and response.return_date is not None:
        home = Direction("back", response.return_date, back, there)
        ways.append((home, response.inbound, response.inbound_connections or ()))
    offers = [offer for way in ways for offer in way[1]]
    journeys = [journey for way in ways for journey in way[2]]
    here = (OperatorStatus.OK, OperatorStatus.PENDING)
    missing = [state for state in response.operators if state.status not in here]
    return {
        "searched": True,
        "origin": response.origin,
        "destination": response.destination,
        "party": party_words(party),
        "party_names": PARTY,
        "ways": [
            _way(*way, entered, filters, beside) for way, beside in zip(ways, around, strict=True)
        ],
        "partial": missing,
        "all_answered": all(state.status is OperatorStatus.OK for state in response.operators),
        "connecting": [
            state
            for state in response.connecting_operators
            if state.status is not OperatorStatus.OK
        ],
        "filters": filter_form.view(filters, offers, journeys),
        "as_of": response.as_of,
        "retry_url": search_url(entered),
    }


def waiting_words(response: SearchResponse) -> str:
    """Return how many operators are still waited for; empty when all have answered."""
    pending = sum(state.status is OperatorStatus.PENDING for state in response.operators)
    if not pending:
        return ""
    words = ngettext(
        "%(num)s operator is still answering.", "%(num)s operators are still answering.", pending
    )
    return words % {"num": pending}


def _way(
    way: Direction,
    offers: Sequence[SailingOffer],
    journeys: Sequence[Journey],
    entered: Mapping[str, Any],
    filters: Filters,
    around: Around,
) -> WayView:
    sailings, changing = filters.sailings(offers), filters.journeys(journeys)
    field = "date" if way.name == "out" else "return_date"
    instead = around.instead
    nearest = sorted(sorted(instead.days, key=lambda day: abs((day - way.day).days))[:_NEARBY])
    return WayView(
        direction=way.name,
        date=way.day,
        origin=way.origin,
        destination=way.destination,
        days=_days(way.day, field, entered, around),
        hidden=len(offers) + len(journeys) - len(sailings) - len(changing),
        nearby=[_day_link(other, field, entered) for other in nearest],
        near_ports=_near_ports(way, instead, entered) if way.name == "out" else [],
        month_url=month_url(way, entered),
        alert_url=_alert_url(way, entered),
        sailings=[sailing_card(offer, way.origin, way.destination) for offer in sailings],
        journeys=[journey_card(journey) for journey in changing],
    )


def _days(day: date, field: str, entered: Mapping[str, Any], around: Around) -> list[DayLink]:
    today = clock.now().date()
    near = (day + timedelta(days=days) for days in range(-STRIP_DAYS, STRIP_DAYS + 1))
    return [
        _day_link(other, field, entered, is_current=other == day, fare=around.fares.get(other))
        for other in near
        if other >= today
    ]


def _day_link(
    other: date,
    field: str,
    entered: Mapping[str, Any],
    *,
    is_current: bool = False,
    fare: LowestFare | None = None,
) -> DayLink:
    return DayLink(other, search_url({**entered, field: other.isoformat()}), is_current, fare)


def _near_ports(
    way: Direction, instead: Alternatives, entered: Mapping[str, Any]
) -> list[PortLink]:
    """Return links to the same search from or to a port nearby, the nearest first."""
    found = []
    for near in instead.origins:
        url = search_url({**entered, "from": near.place.code})
        found.append(PortLink(near.place, way.destination, near.place, near.metres, url))
    for near in instead.destinations:
        url = search_url({**entered, "to": near.place.code})
        found.append(PortLink(way.origin, near.place, near.place, near.metres, url))
    return sorted(found, key=lambda link: link.metres)


def month_url(way: Direction, entered: Mapping[str, Any]) -> str:
    """Return where the month of prices of that way is shown, for the same people."""
    ends = {"from": way.origin.code, "to": way.destination.code}
    return "/ferries/calendar?" + urlencode(
        {**ends, "month": f"{way.day:%Y-%m}", **_party(entered)}
    )


def _alert_url(way: Direction, entered: Mapping[str, Any]) -> str:
    """Return where an alert of that way and day is asked for, for the same people."""
    ends = {"from": way.origin.code, "to": way.destination.code, "date": way.day.isoformat()}
    return "/alerts/new?" + urlencode({**ends, **_party(entered)})


def _party(entered: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked(entered).items() if name in PARTY}


def search_url(entered: Mapping[str, Any]) -> str:
    """Return where this search is shown, without order and filters."""
    return "/ferries?" + urlencode(asked(entered))


def asked(entered: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that an address of this search needs. Nobody is an answer to how many
    adults: children may travel alone.
    """
    return {
        name: entered[name]
        for name in FIELDS
        if entered.get(name) or (name == "adults" and entered.get(name) == 0)
    }
