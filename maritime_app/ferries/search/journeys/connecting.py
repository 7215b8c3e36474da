"""Pure: sailings that follow one another with time to change, and which of them are worth it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from msgspec import Struct

from maritime_app.ferries.model import Place, local_time
from maritime_app.ferries.search.journeys.changing import Changing
from maritime_app.ferries.search.model import (
    ChangeKind,
    Journey,
    JourneyLeg,
    JourneySale,
    SailingOffer,
    WhyNot,
)
from maritime_app.money import Money

Boats = Mapping[tuple[str, str], Sequence[SailingOffer]]
Hop = tuple[Place, Place]  # where one goes on board, and where one leaves
Way = tuple[Hop, ...]
_MOST = 10  # of one day and direction: more is a timetable, not a choice
_RANKS = {JourneySale.NOT_SOLD: 0, JourneySale.SEPARATELY: 1, JourneySale.TOGETHER: 2}


def journeys(
    ends: Hop, ways: Sequence[Way], first_boats: Boats, boats: Boats, changing: Changing
) -> list[Journey]:
    """Return the journeys from end to end over these ways, by departure. A way that begins or ends
    at another port is one where the timetable leads from there to the end.

    The first sailing is one of `first_boats`, the others of `boats`; both are by the codes of
    origin and destination, in order of departure.
    """
    found = [
        _journey(ends, way, ridden, changing)
        for way in ways
        for first in first_boats.get(_codes(way[0]), ())
        if _carries(first, changing)
        for ridden in _onward([first], way, boats, changing)
    ]
    whole = [journey for journey in found if journey is not None]
    return sorted(whole, key=lambda each: (each.departs_at, each.arrives_at, each.changes))


def worthwhile(found: Sequence[Journey], direct: Sequence[SailingOffer]) -> tuple[Journey, ...]:
    """Return the journeys that neither a direct sailing nor another journey makes needless: by
    leaving no earlier, arriving no later, with no more changes, and no dearer. The first ten.
    """
    rivals = [_Merits.of_sailing(offer) for offer in direct]
    kept: list[Journey] = []
    # The best come first, so whatever is beaten is beaten by one that is there already.
    for journey in sorted(found, key=lambda each: (each.changes, each.arrives_at, _leg_ids(each))):
        merits = _Merits.of_journey(journey)
        if not any(rival.beats(merits) for rival in rivals):
            rivals.append(merits)
            kept.append(journey)
    kept = [each for each in kept if not _is_beaten(each, kept)]
    quickest = sorted(kept, key=lambda each: (-_RANKS[each.sold], each.duration_minutes))[:_MOST]
    return tuple(sorted(quickest, key=lambda each: (each.departs_at, each.arrives_at)))


class _Merits(Struct, frozen=True):
    """What two ways of travelling are compared by."""

    departs: float
    arrives: float
    changes: int
    rank: int
    price: Money | None

    @classmethod
    def of_sailing(cls, offer: SailingOffer) -> "_Merits":
        rank = _RANKS[JourneySale.TOGETHER if offer.bookable else JourneySale.NOT_SOLD]
        if offer.why_not not in (None, WhyNot.TIMETABLE_ONLY):
            rank = -1  # nobody gets there by it
        price = offer.price if offer.bookable else None
        times = (offer.departs_at.timestamp(), offer.arrives_at.timestamp())
        return cls(*times, 0, rank, price)

    @classmethod
    def of_journey(cls, journey: Journey) -> "_Merits":
        times = (journey.departs_at.timestamp(), journey.arrives_at.timestamp())
        return cls(*times, journey.changes, _RANKS[journey.sold], journey.price)

    def beats(self, other: "_Merits") -> bool:
        """Return whether nobody would choose the other: it is in no way better."""
        return (
            self.departs >= other.departs
            and self.arrives <= other.arrives
            and self.changes <= other.changes
            and self.rank >= other.rank
            and _is_no_dearer(self.price, other.price)
        )


def _is_no_dearer(price: Money | None, other: Money | None) -> bool:
    if other is None:
        return True
    if price is None or price.currency != other.currency:
        return False
    return price.amount_minor <= other.amount_minor


def _is_beaten(journey: Journey, by: Sequence[Journey]) -> bool:
    merits = _Merits.of_journey(journey)
    return any(
        _Merits.of_journey(other).beats(merits) and not merits.beats(_Merits.of_journey(other))
        for other in by
        if other is not journey
    )


def _onward(
    ridden: list[SailingOffer], way: Way, boats: Boats, changing: Changing
) -> Iterator[list[SailingOffer]]:
    """Yield what was ridden, the last on the first hop of the way, with every sailing after it
    that leads on to the end.
    """
    if len(way) == 1:
        yield ridden
        return
    for onward in _next_boats(ridden[-1], way, boats, changing):
        yield from _onward([*ridden, onward], way[1:], boats, changing)


def _next_boats(
    last: SailingOffer, way: Way, boats: Boats, changing: Changing
) -> Iterator[SailingOffer]:
    """Yield the first boat on, the first that is sold here where that is another one, and until
    then the same ship as it sails on.
    """
    arrives_at = _expected_arrival(last)
    latest = arrives_at + timedelta(hours=changing.longest_hours)
    is_first = True
    for boat in boats.get(_codes(way[1]), ()):
        if boat.departs_at > latest:
            return
        if not _carries(boat, changing) or _is_same_trip(last, boat):
            continue
        change = changing.change(_between(way), last, boat)
        if change is None or boat.departs_at < arrives_at + change[1]:
            continue
        is_same_ship = change[0] is ChangeKind.SAME_SHIP
        if is_first or boat.bookable or is_same_ship:
            yield boat
        is_first = is_first and is_same_ship
        if boat.bookable:
            return


def _expected_arrival(boat: SailingOffer) -> datetime:
    """Return when it arrives at the earliest: one that is late misses what leaves before."""
    live = boat.listing.live if boat.listing else None
    late = live.expected_arrives_at if live else None
    return max(boat.arrives_at, late) if late else boat.arrives_at


def _carries(boat: SailingOffer, changing: Changing) -> bool:
    """Return whether one can get away by it: what is full or cancelled leads nowhere."""
    if changing.with_vehicle and boat.vehicle_fits is False:
        return False
    return boat.why_not in (None, WhyNot.TIMETABLE_ONLY)


def _is_same_trip(one: SailingOffer, other: SailingOffer) -> bool:
    """Return whether one would step off a boat and on to it again."""
    here, there = one.listing, other.listing
    if here is None or there is None:
        return False
    same_day = here.service_day == there.service_day
    return (here.feed, here.trip) == (there.feed, there.trip) and same_day


def _codes(hop: Hop) -> tuple[str, str]:
    return hop[0].code, hop[1].code


def _between(way: Way) -> tuple[str, str]:
    """Return where the first hop ends and where the second one begins."""
    return way[0][1].code, way[1][0].code


def _journey(
    ends: Hop, way: Way, ridden: Sequence[SailingOffer], changing: Changing
) -> Journey | None:
    """Return the journey; None where nothing leads from an end to its sailings."""
    (origin, destination), start, end = ends, way[0][0], way[-1][1]
    access = changing.access(origin, start, ridden[0]) if start != origin else None
    egress = changing.egress(ridden[-1], end, destination) if end != destination else None
    if (start != origin and access is None) or (end != destination and egress is None):
        return None
    departs_at = ridden[0].departs_at - timedelta(minutes=access.minutes if access else 0)
    arrives_at = ridden[-1].arrives_at + timedelta(minutes=egress.minutes if egress else 0)
    sold, price = _sale(ridden)
    legs = _legs(way, ridden, changing)
    return Journey(
        legs=legs,
        departs_at=departs_at,
        arrives_at=arrives_at,
        departs_local=local_time(departs_at, origin),
        arrives_local=local_time(arrives_at, destination),
        duration_minutes=int((arrives_at - departs_at).total_seconds() // 60),
        changes=sum(leg.change not in (None, ChangeKind.SAME_SHIP) for leg in legs),
        sold=sold,
        price=price,
        access=access,
        egress=egress,
    )


def _legs(way: Way, ridden: Sequence[SailingOffer], changing: Changing) -> tuple[JourneyLeg, ...]:
    legs = [JourneyLeg(*way[0], ridden[0])]
    for number, (last, sailing) in enumerate(pairwise(ridden), 1):
        minutes = int((sailing.departs_at - last.arrives_at).total_seconds() // 60)
        change = changing.change(_between(way[number - 1 :]), last, sailing)
        kind = change[0] if change else None
        legs.append(JourneyLeg(*way[number], sailing, minutes, kind))
    return tuple(legs)


def _sale(ridden: Sequence[SailingOffer]) -> tuple[JourneySale, Money | None]:
    prices = [boat.price for boat in ridden if boat.bookable and boat.price is not None]
    if len(prices) < len(ridden):
        return JourneySale.NOT_SOLD, None
    currencies = {price.currency for price in prices}
    if len(currencies) > 1:
        return JourneySale.SEPARATELY, None
    total_minor = sum(price.amount_minor for price in prices)
    return JourneySale.TOGETHER, Money(total_minor, currencies.pop())


def _leg_ids(journey: Journey) -> list[str]:
    return [leg.sailing.sailing_id for leg in journey.legs]
