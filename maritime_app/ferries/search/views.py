"""From an answer to what the results page shows: legs, filters, order, words for the party."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from maritime_app import clock
from maritime_app.ferries.model import Party, Place, SailingOffer, SearchAnswer
from maritime_app.i18n import translate as _, translate_plural as ngettext

FIELDS = ("from", "to", "date", "return_date", "adults", "children", "infants", "vehicles")
_STATES = {
    "timetable_only": "listed",
    "not_carried": "no_vehicle",
    "no_room_for_vehicle": "no_vehicle",
    "full": "full",
    "cancelled": "cancelled",
    "departed": "departed",
}
_ORDERS: dict[str, Any] = {
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
        """From the query string; an unknown order is the usual one."""
        sort = query.get("sort", "departure")
        return cls(
            sort if sort in _ORDERS else "departure",
            query.get("bookable") == "1",
            frozenset(operators),
        )

    @property
    def key(self) -> str:
        """For the cache."""
        return f"{self.sort}.{self.bookable:d}.{','.join(sorted(self.operators))}"


def asked_words(query: Mapping[str, str]) -> dict[str, Any]:
    """The search as the form shows it again."""
    words: dict[str, Any] = {name: query.get(name, "") for name in FIELDS}
    for name in ("adults", "children", "infants"):
        words[name] = (
            int(words[name]) if str(words[name]).isdigit() else (1 if name == "adults" else 0)
        )
    return words


def understood(asked: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of a query string what is read; a page that others will see must repeat nothing else."""
    known = {*FIELDS, "sort", "bookable", "operator"}
    return [(name, value) for name, value in asked if name in known]


def context(
    answer: SearchAnswer,
    party: Party,
    words: Mapping[str, Any],
    filters: Filters,
    nearby: Mapping[str, Sequence[date]],
) -> dict[str, Any]:
    """Everything templates/ferries/search.html asks for, but the form's places."""
    ways = [("out", answer.date, answer.origin, answer.destination, answer.outbound)]
    if answer.inbound is not None and answer.return_date is not None:
        ways.append(("back", answer.return_date, answer.destination, answer.origin, answer.inbound))
    offers = [offer for way in ways for offer in way[4]]
    return {
        "asked": True,
        "origin": answer.origin,
        "destination": answer.destination,
        "party": party_words(party),
        "legs": [_leg(*way, words, filters, nearby.get(way[0], ())) for way in ways],
        "partial": [
            {"name": s.name, "reason": s.status} for s in answer.operators if s.status != "ok"
        ],
        "filters": _filters(offers, filters),
        "answered_at": answer.as_of,
        "retry_url": _url(words),
        "popular": [],
    }


def party_words(party: Party) -> str:
    """ "2 adults, 1 child, car"."""
    parts = [
        ngettext("%(num)s adult", "%(num)s adults", party.adults) % {"num": party.adults}
        if party.adults
        else "",
        ngettext("%(num)s child", "%(num)s children", party.children) % {"num": party.children}
        if party.children
        else "",
        ngettext("%(num)s infant", "%(num)s infants", party.infants) % {"num": party.infants}
        if party.infants
        else "",
    ]
    kinds = Counter(kind for kind, _length, _height in party.vehicles)
    names = {
        "car": _("car"),
        "van": _("van"),
        "motorcycle": _("motorcycle"),
        "bicycle": _("bicycle"),
        "camper": _("camper"),
    }
    parts += [
        names[kind] if count == 1 else f"{count} × {names[kind]}"
        for kind, count in sorted(kinds.items())
    ]
    return ", ".join(part for part in parts if part)


def _leg(
    direction: str,
    day: date,
    origin: Place,
    destination: Place,
    offers: Sequence[SailingOffer],
    words: Mapping[str, Any],
    filters: Filters,
    nearby: Sequence[date],
) -> dict[str, Any]:
    shown = [offer for offer in offers if _wanted(offer, filters)]
    shown.sort(key=_ORDERS[filters.sort])
    field = "date" if direction == "out" else "return_date"
    return {
        "direction": direction,
        "date": day,
        "origin": origin,
        "destination": destination,
        "days": _days(day, field, words),
        "hidden": len(offers) - len(shown),
        "nearby": [
            {"date": other, "url": _url({**words, field: other.isoformat()}), "count": 1}
            for other in _nearest(nearby, day)
        ],
        "sailings": [_card(offer, origin, destination) for offer in shown],
    }


def _card(offer: SailingOffer, origin: Place, destination: Place) -> dict[str, Any]:
    vehicles = {True: "yes", False: "no", None: "unknown"}[offer.vehicle_fits]
    return {
        "id": offer.sailing_id,
        "state": "offer" if offer.bookable else _STATES.get(offer.why_not or "", "full"),
        "kind": offer.operator.kind,
        "operator": offer.operator,
        "ferry": offer.ferry,
        "origin": origin,
        "destination": destination,
        "departs_at": offer.departs_at,
        "arrives_at": offer.arrives_at,
        "headway_seconds": offer.every_minutes * 60 if offer.every_minutes else None,
        "price": offer.price,
        "places_left": offer.places_left,
        "vehicles": vehicles,
    }


def _wanted(offer: SailingOffer, filters: Filters) -> bool:
    if filters.bookable and not offer.bookable:
        return False
    return not filters.operators or offer.operator.code in filters.operators


def _filters(offers: Sequence[SailingOffer], filters: Filters) -> dict[str, Any]:
    counts = Counter((offer.operator.code, offer.operator.name) for offer in offers)
    operators = [
        {"code": code, "name": name, "count": count, "checked": code in filters.operators}
        for (code, name), count in sorted(counts.items(), key=lambda entry: entry[0][1])
    ]
    return {"sort": filters.sort, "bookable": filters.bookable, "operators": operators}


def _days(day: date, field: str, words: Mapping[str, Any]) -> list[dict[str, Any]]:
    today = clock.now().date()
    near = [day + timedelta(days=offset) for offset in range(-3, 4)]
    return [
        {
            "date": other,
            "url": _url({**words, field: other.isoformat()}),
            "from_price": None,
            "current": other == day,
        }
        for other in near
        if other >= today
    ]


def _nearest(days: Sequence[date], day: date) -> list[date]:
    return sorted(sorted(days, key=lambda other: abs((other - day).days))[:4])


def _url(words: Mapping[str, Any]) -> str:
    return "/ferries?" + urlencode({name: words[name] for name in FIELDS if words.get(name)})
