"""Pure: how the reader wants the results: order, and what to leave out. All of it stands in the
address, so that a page can be kept and sent on.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct
from multidict import MultiMapping

from maritime_app.ferries.search.model import Journey, JourneySale, SailingOffer

PARAMETERS = ("sort", "bookable", "operator", "leaves", "hours", "ship", "cabin", "direct")
_LONGEST_HOURS = (2, 4, 8, 12, 24)
_MOST_CHOICES = 20  # of one kind in an address: nobody ticks more
_LONGEST_NAME = 100
_HOURS_OF_A_PART = 6


class PartOfDay(StrEnum):
    """When a boat leaves, by the clock on its quay: six hours each."""

    NIGHT = "night"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


_PARTS = list(PartOfDay)


def _by_price(each: SailingOffer | Journey) -> tuple[bool, int]:
    sold = each.bookable if isinstance(each, SailingOffer) else each.price is not None
    price = each.price if sold else None
    return (price is None, price.amount_minor if price else 0)


_ORDERS: dict[str, Callable[[SailingOffer | Journey], Any]] = {
    "departure": lambda each: each.departs_at,
    "price": _by_price,
    "duration": lambda each: each.duration_minutes,
}


class Filters(Struct, frozen=True):
    """Order and filters; what is empty leaves nothing out."""

    sort: str = "departure"
    bookable: bool = False
    operators: frozenset[str] = frozenset()
    leaves: frozenset[str] = frozenset()
    longest_hours: int | None = None
    ships: frozenset[str] = frozenset()
    cabin: bool = False
    direct: bool = False

    @classmethod
    def of(cls, query: MultiMapping[str]) -> "Filters":
        """Return the filters of a query string; what is not known is as if it were not there."""
        sort = query.get("sort", "departure")
        hours = query.get("hours", "")
        return cls(
            sort=sort if sort in _ORDERS else "departure",
            bookable=query.get("bookable") == "1",
            operators=_choices(query, "operator"),
            leaves=_choices(query, "leaves") & frozenset(PartOfDay),
            longest_hours=int(hours) if hours in map(str, _LONGEST_HOURS) else None,
            ships=_choices(query, "ship"),
            cabin=query.get("cabin") == "1",
            direct=query.get("direct") == "1",
        )

    @property
    def key(self) -> str:
        """Return the part of the cache's key that tells these filters from others."""
        chosen = (sorted(self.operators), sorted(self.leaves), sorted(self.ships))
        flags = f"{self.bookable:d}{self.cabin:d}{self.direct:d}{self.longest_hours or ''}"
        return f"{self.sort}.{flags}.{chosen if any(chosen) else ''}"

    def sailings(self, offers: Iterable[SailingOffer]) -> list[SailingOffer]:
        """Return the sailings that are wanted, in the wanted order."""
        return sorted(filter(self._passes, offers), key=_ORDERS[self.sort])

    def journeys(self, found: Iterable[Journey]) -> list[Journey]:
        """Return the journeys that are wanted, in the wanted order."""
        return sorted(filter(self._passes_journey, found), key=_ORDERS[self.sort])

    def _passes(self, offer: SailingOffer) -> bool:
        return (
            (offer.bookable or not self.bookable)
            and (not self.operators or offer.operator.code in self.operators)
            and (not self.ships or offer.ferry in self.ships)
            and (not self.cabin or any(cabin.left for cabin in offer.cabins))
            and self._passes_times(offer)
        )

    def _passes_journey(self, journey: Journey) -> bool:
        sailings = [leg.sailing for leg in journey.legs]
        return (
            (journey.changes == 0 or not self.direct)
            and (journey.sold is JourneySale.TOGETHER or not self.bookable)
            and (not self.operators or all(s.operator.code in self.operators for s in sailings))
            and (not self.ships or any(s.ferry in self.ships for s in sailings))
            and (not self.cabin or any(cabin.left for s in sailings for cabin in s.cabins))
            and self._passes_times(journey)
        )

    def _passes_times(self, each: SailingOffer | Journey) -> bool:
        if self.longest_hours is not None and each.duration_minutes > self.longest_hours * 60:
            return False
        return not self.leaves or part_of_day(each.departs_local) in self.leaves


class Choice(Struct, frozen=True):
    """A box to tick: only these; `count` sailings are such."""

    value: str
    name: str
    count: int
    checked: bool


class FiltersView(Struct, frozen=True):
    """The form beside the results; `chosen` counts the filters that leave something out."""

    sort: str
    bookable: bool
    operators: list[Choice]
    leaves: list[Choice]
    ships: list[Choice]
    hours: tuple[int, ...]
    longest_hours: int | None
    cabin: bool
    has_cabins: bool
    direct: bool
    has_changes: bool


def view(
    filters: Filters, offers: Sequence[SailingOffer], journeys: Sequence[Journey]
) -> FiltersView:
    """Return the form for these results, before anything is left out."""
    sailings = [*offers, *(leg.sailing for journey in journeys for leg in journey.legs)]
    operators = Counter((each.operator.code, each.operator.name) for each in sailings)
    ships = Counter((each.ferry, each.ferry) for each in sailings if each.ferry)
    both: list[SailingOffer | Journey] = [*offers, *journeys]
    parts = Counter(part_of_day(each.departs_local) for each in both)
    return FiltersView(
        sort=filters.sort,
        bookable=filters.bookable,
        operators=_boxes(operators, filters.operators),
        leaves=[
            Choice(part, part, parts[part], part in filters.leaves)
            for part in _PARTS
            if parts[part] or part in filters.leaves
        ],
        ships=_boxes(ships, filters.ships),
        hours=_LONGEST_HOURS,
        longest_hours=filters.longest_hours,
        cabin=filters.cabin,
        has_cabins=filters.cabin or any(each.cabins for each in sailings),
        direct=filters.direct,
        has_changes=any(journey.changes for journey in journeys),
    )


def part_of_day(local: str) -> PartOfDay:
    """Return the part of the day of a local time in ISO 8601."""
    return _PARTS[int(local[11:13]) // _HOURS_OF_A_PART]


def _boxes(counts: Mapping[tuple[str, str], int], chosen: frozenset[str]) -> list[Choice]:
    """Return a box for each that sails, by name; one that is ticked stays, to be unticked."""
    boxes = [Choice(*each, count, each[0] in chosen) for each, count in counts.items()]
    gone = chosen - {box.value for box in boxes}
    boxes += [Choice(value, value, 0, checked=True) for value in gone]
    return sorted(boxes, key=lambda box: box.name)


def _choices(query: MultiMapping[str], name: str) -> frozenset[str]:
    values = query.getall(name, [])[:_MOST_CHOICES]
    return frozenset(value[:_LONGEST_NAME] for value in values if value)
