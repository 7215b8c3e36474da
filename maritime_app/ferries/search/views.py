"""What the results page shows: ways, sailings, filters, order, words for the party."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec

from maritime_app import clock
from maritime_app.ferries.model import Operator, OperatorKind, Party, Place, VehicleKind
from maritime_app.ferries.search.model import (
    OperatorStatus,
    SailingOffer,
    SearchResponse,
    WhyNot,
)
from maritime_app.ferries.timetables.model import Listing
from maritime_app.i18n import translate as _, translate_plural as ngettext
from maritime_app.money import Money

FIELDS = ("from", "to", "date", "return_date", "adults", "children", "infants", "vehicles")
_DAYS_AROUND = 3
_NEARBY = 4
_STATES = {
    WhyNot.TIMETABLE_ONLY: "listed",
    WhyNot.NOT_CARRIED: "no_vehicle",
    WhyNot.NO_ROOM_FOR_VEHICLE: "no_vehicle",
    WhyNot.FULL: "full",
    WhyNot.CANCELLED: "cancelled",
    WhyNot.DEPARTED: "departed",
    WhyNot.SALES_CLOSED: "closed",
}
_ORDERS: dict[str, Callable[[SailingOffer], Any]] = {
    "departure": lambda offer: offer.departs_at,
    "price": lambda offer: (
        offer.price is None or not offer.bookable,
        offer.price.amount_minor if offer.price else 0,
    ),
    "duration": lambda offer: offer.duration_minutes,
}


@dataclass(frozen=True, slots=True)
class Filters:
    """How the reader wants the results: order, only bookable ones, only some operators."""

    sort: str = "departure"
    bookable: bool = False
    operators: frozenset[str] = frozenset()

    @classmethod
    def of(cls, query: Mapping[str, str], operators: Iterable[str]) -> "Filters":
        """Return the filters of a query string; an unknown order is the usual one."""
        sort = query.get("sort", "departure")
        chosen = sort if sort in _ORDERS else "departure"
        return cls(chosen, query.get("bookable") == "1", frozenset(operators))

    @property
    def key(self) -> str:
        """Return the part of the cache's key that tells these filters from others."""
        return f"{self.sort}.{self.bookable:d}.{','.join(sorted(self.operators))}"


@dataclass(frozen=True, slots=True)
class DayLink:
    """Another day of the same search."""

    date: date
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class SailingCard:
    """One sailing on the page; `vehicles` is yes, no or unknown."""

    id: str
    state: str
    kind: OperatorKind
    operator: Operator
    ferry: str | None
    origin: Place
    destination: Place
    departs_at: datetime
    arrives_at: datetime
    headway_seconds: int | None
    price: Money | None
    places_left: int | None
    vehicles: str
    listing: Listing | None = None


@dataclass(frozen=True, slots=True)
class WayView:
    """The way out or back; `hidden` counts sailings that the filters take away."""

    direction: str
    date: date
    origin: Place
    destination: Place
    days: list[DayLink]
    hidden: int
    nearby: list[DayLink]
    sailings: list[SailingCard]


@dataclass(frozen=True, slots=True)
class OperatorFilter:
    """A box to tick: only this operator's sailings."""

    code: str
    name: str
    count: int
    checked: bool


@dataclass(frozen=True, slots=True)
class FiltersView:
    """The form beside the results."""

    sort: str
    bookable: bool
    operators: list[OperatorFilter]


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
    for name in ("adults", "children", "infants"):
        text = str(entered[name])
        usual = 1 if name == "adults" else 0
        entered[name] = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else usual
    return entered


def known_parameters(query: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what is read of a query string; a page for many readers repeats nothing else."""
    known = {*FIELDS, "sort", "bookable", "operator"}
    return [(name, value) for name, value in query if name in known]


def results(
    response: SearchResponse,
    party: Party,
    entered: Mapping[str, Any],
    filters: Filters,
    nearby: Mapping[str, Sequence[date]],
) -> dict[str, Any]:
    """Return what templates/ferries/search.html shows, but for its form."""
    ways = [("out", response.date, response.origin, response.destination, response.outbound)]
    if response.inbound is not None and response.return_date is not None:
        ends = (response.destination, response.origin)
        ways.append(("back", response.return_date, *ends, response.inbound))
    offers = [offer for way in ways for offer in way[4]]
    here = (OperatorStatus.OK, OperatorStatus.PENDING)
    missing = [state for state in response.operators if state.status not in here]
    return {
        "searched": True,
        "origin": response.origin,
        "destination": response.destination,
        "party": party_words(party),
        "ways": [_way(*way, entered, filters, nearby.get(way[0], ())) for way in ways],
        "partial": missing,
        "filters": _filters(offers, filters),
        "as_of": response.as_of,
        "retry_url": _url(entered),
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


def party_words(party: Party) -> str:
    """Return the party in words: "2 adults, 1 child, car"."""
    parts = []
    if party.adults:
        words = ngettext("%(num)s adult", "%(num)s adults", party.adults)
        parts.append(words % {"num": party.adults})
    if party.children:
        words = ngettext("%(num)s child", "%(num)s children", party.children)
        parts.append(words % {"num": party.children})
    if party.infants:
        words = ngettext("%(num)s infant", "%(num)s infants", party.infants)
        parts.append(words % {"num": party.infants})
    names = vehicle_names()
    kinds = Counter(vehicle.kind for vehicle in party.vehicles)
    for kind, count in sorted(kinds.items()):
        parts.append(names[kind] if count == 1 else f"{count} × {names[kind]}")
    return ", ".join(parts)


def vehicle_names() -> dict[VehicleKind, str]:
    """Return what each kind of vehicle is called in the reader's language."""
    return {
        VehicleKind.CAR: _("car"),
        VehicleKind.VAN: _("van"),
        VehicleKind.MOTORCYCLE: _("motorcycle"),
        VehicleKind.BICYCLE: _("bicycle"),
        VehicleKind.CAMPER: _("camper"),
        VehicleKind.TRAILER: _("trailer"),
    }


def _way(
    direction: str,
    day: date,
    origin: Place,
    destination: Place,
    offers: Sequence[SailingOffer],
    entered: Mapping[str, Any],
    filters: Filters,
    nearby: Sequence[date],
) -> WayView:
    wanted = sorted((o for o in offers if _passes(o, filters)), key=_ORDERS[filters.sort])
    field = "date" if direction == "out" else "return_date"
    nearest = sorted(sorted(nearby, key=lambda other: abs((other - day).days))[:_NEARBY])
    return WayView(
        direction=direction,
        date=day,
        origin=origin,
        destination=destination,
        days=_days(day, field, entered),
        hidden=len(offers) - len(wanted),
        nearby=[_day_link(other, field, entered) for other in nearest],
        sailings=[_card(offer, origin, destination) for offer in wanted],
    )


def _card(offer: SailingOffer, origin: Place, destination: Place) -> SailingCard:
    return SailingCard(
        id=offer.sailing_id,
        state=_STATES[offer.why_not] if offer.why_not else "offer",
        kind=offer.operator.kind,
        operator=offer.operator,
        ferry=offer.ferry,
        origin=origin,
        destination=destination,
        departs_at=offer.departs_at,
        arrives_at=offer.arrives_at,
        headway_seconds=offer.every_minutes * 60 if offer.every_minutes else None,
        price=offer.price,
        places_left=offer.places_left,
        vehicles={True: "yes", False: "no", None: "unknown"}[offer.vehicle_fits],
        listing=offer.listing,
    )


def _passes(offer: SailingOffer, filters: Filters) -> bool:
    if filters.bookable and not offer.bookable:
        return False
    return not filters.operators or offer.operator.code in filters.operators


def _filters(offers: Sequence[SailingOffer], filters: Filters) -> FiltersView:
    counts = Counter((offer.operator.name, offer.operator.code) for offer in offers)
    operators = [
        OperatorFilter(code, name, count, code in filters.operators)
        for (name, code), count in sorted(counts.items())
    ]
    return FiltersView(filters.sort, filters.bookable, operators)


def _days(day: date, field: str, entered: Mapping[str, Any]) -> list[DayLink]:
    today = clock.now().date()
    near = (day + timedelta(days=days) for days in range(-_DAYS_AROUND, _DAYS_AROUND + 1))
    return [_day_link(other, field, entered, day) for other in near if other >= today]


def _day_link(
    other: date, field: str, entered: Mapping[str, Any], day: date | None = None
) -> DayLink:
    return DayLink(other, _url({**entered, field: other.isoformat()}), current=other == day)


def _url(entered: Mapping[str, Any]) -> str:
    return "/ferries?" + urlencode({name: entered[name] for name in FIELDS if entered.get(name)})
