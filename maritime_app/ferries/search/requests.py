"""Pure: from a search as it was asked to a question that has been understood."""

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Protocol

from maritime_app.errors import Invalid
from maritime_app.ferries import vehicles
from maritime_app.ferries.model import Party, Vehicle, VehicleKind, VehicleRequest
from maritime_app.ferries.sailings.service import day_tag
from maritime_app.ferries.search.model import SearchQuery
from maritime_app.ferries.timetables.model import TIMETABLES_TAG
from maritime_app.i18n import translate as _

_LOCODE = re.compile(r"[A-Za-z]{2}[A-Za-z2-9]{3}")
_MOST_VEHICLES = 10
_MOST_DAYS_AHEAD = 400  # no timetable reaches further
_REMEMBERED: Final = 1_024  # ways of writing places and vehicles: everybody asks for the same few


class PartyRequest(Protocol):
    """A question that names a party as a search does."""

    @property
    def adults(self) -> int: ...
    @property
    def children(self) -> int: ...
    @property
    def infants(self) -> int: ...
    @property
    def vehicles(self) -> int | str | list[VehicleRequest]: ...


@dataclass(frozen=True, slots=True)
class Question:
    """A search that has been understood: places in our spelling, the party, local days.

    `cache_key` is one key for every way of asking the same.
    """

    origin: str
    destination: str
    date: dt.date
    return_date: dt.date | None
    party: Party
    cache_key: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        back = self.return_date.isoformat() if self.return_date else ""
        ends = f"{self.origin}:{self.destination}"
        key = f"ferries:search:{ends}:{self.date}:{back}:{self.party.key}"
        object.__setattr__(self, "cache_key", key)

    @property
    def cache_tags(self) -> list[str]:
        """Return what drops the answer: whatever happens to a sailing of that day and direction,
        and every new edition of a timetable.
        """
        tags = [TIMETABLES_TAG, day_tag(self.origin, self.destination, self.date)]
        if self.return_date:
            tags.append(day_tag(self.destination, self.origin, self.return_date))
        return tags


def question(request: SearchQuery, today: dt.date) -> Question:
    """Return the request understood; raise Invalid for what has no answer."""
    found = Question(
        _canonical(request.origin),
        _canonical(request.destination),
        request.date,
        request.return_date,
        party_of(request),
    )
    fields = {}
    if found.origin == found.destination:
        fields["to"] = _("Origin and destination are the same.")
    if found.return_date and found.return_date < found.date:
        fields["return_date"] = _("The way back is before the way out.")
    days_ahead = (found.date - today).days
    if days_ahead < -1:  # somewhere it is still yesterday
        fields["date"] = _("That day has passed.")
    if days_ahead > _MOST_DAYS_AHEAD:
        fields["date"] = _("No timetable reaches that far.")
    if fields:
        raise Invalid(next(iter(fields.values())), fields)
    return found


def party_of(request: PartyRequest) -> Party:
    """Return who travels; raise Invalid when nobody does or a vehicle cannot be understood."""
    if request.adults + request.children == 0:
        words = _("At least one adult or child must travel.")
        raise Invalid(words, {"adults": words})
    return Party(request.adults, request.children, request.infants, vehicles_of(request.vehicles))


def vehicles_of(text: int | str | list[VehicleRequest]) -> tuple[Vehicle, ...]:
    """Return the vehicles of a search, measured and in a fixed order; raise Invalid."""
    return _measured(text) if isinstance(text, list) else _written(str(text).strip())


@lru_cache(_REMEMBERED)
def _written(text: str) -> tuple[Vehicle, ...]:
    return _measured(_parse(text))


def _measured(requests: list[VehicleRequest]) -> tuple[Vehicle, ...]:
    if len(requests) > _MOST_VEHICLES:
        words = _("Please book more than ten vehicles by telephone.")
        raise Invalid(words, {"vehicles": _("At most ten.")})
    measured = tuple(sorted(vehicles.measured(request) for request in requests))
    try:
        vehicles.check(measured)
    except Invalid as refusal:  # a search has one field for all of them
        raise Invalid(refusal.message, {"vehicles": refusal.message}, code=refusal.code) from None
    return measured


@lru_cache(_REMEMBERED)
def _canonical(code: str) -> str:
    """Return a UN/LOCODE in capitals, without its space; a timetable's stop id as it is."""
    text = code.strip()
    if text[2:3] == " " and text.isupper() and _LOCODE.fullmatch(text.replace(" ", "")):
        text = text.replace(" ", "")
    return text.upper() if _LOCODE.fullmatch(text) else text


def _parse(text: str) -> list[VehicleRequest]:
    if text.isascii() and text.isdigit():
        return [VehicleRequest()] * min(int(text[:3]), _MOST_VEHICLES + 1)
    return [_vehicle(part) for part in text.split(",", _MOST_VEHICLES + 1) if part.strip()]


def _vehicle(text: str) -> VehicleRequest:
    kind, *sizes = text.strip().lower().split(":")
    if kind not in list(VehicleKind) or len(sizes) > 3 or not all(map(_is_size, sizes)):
        words = _(
            "Use a number of cars, or kinds like car, van, motorcycle, bicycle, camper:720:320."
        )
        raise Invalid(words, {"vehicles": words})
    length, height, weight = ([int(size) for size in sizes] + [0, 0, 0])[:3]
    return VehicleRequest(VehicleKind(kind), length, height, weight)


def _is_size(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5
