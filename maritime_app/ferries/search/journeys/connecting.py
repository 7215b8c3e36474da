"""Pure: sailings that follow one another with time to change, and which of them are worth it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from maritime_app.ferries.model import Place
from maritime_app.ferries.search.model import (
    ChangeKind,
    Journey,
    JourneyLeg,
    JourneySale,
    SailingOffer,
    WhyNot,
)
from maritime_app.ferries.timetables.gtfs.model import TransferKind
from maritime_app.ferries.timetables.transfers.model import Rule, Rules
from maritime_app.money import Money

Boats = Mapping[tuple[str, str], Sequence[SailingOffer]]
Hop = tuple[Place, Place]  # where one goes on board, and where one leaves
Way = tuple[Hop, ...]
_BETWEEN_PORTS = (TransferKind.RECOMMENDED, TransferKind.TIMED, TransferKind.MINIMUM)
_WALKING_M_PER_SECOND = 1.2
_DETOUR = 1.3  # streets are so much longer than the straight line
_MOST = 10  # of one day and direction: more is a timetable, not a choice
_RANKS = {JourneySale.NOT_SOLD: 0, JourneySale.SEPARATELY: 1, JourneySale.TOGETHER: 2}


@dataclass(frozen=True, slots=True)
class Changing:
    """How long one must and may be in port between two ships.

    `least_minutes(port, operator)` reaches from the first ship to the check-in of that operator.
    It holds where the timetable of both ships has no rule (`rules`) of its own. `walks` has the
    metres between two ports of which a timetable says that one may go on from the other.
    """

    least_minutes: Callable[[str, str], int]
    longest_hours: float
    with_vehicle: bool = False
    rules: Rules = field(default_factory=Rules)
    walks: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def change(
        self, ports: tuple[str, str], arriving: SailingOffer, departing: SailingOffer
    ) -> tuple[ChangeKind, timedelta] | None:
        """Return what kind of change it is and how long it takes at least; None: not possible.

        `ports` are where the first ship arrives and where the second one leaves.
        """
        rule = self.rules.between(*ports, arriving.listing, departing.listing)
        if ports[0] != ports[1]:
            return self._way_between(ports, rule, departing)
        port = ports[1]
        match rule.kind if rule else TransferKind.RECOMMENDED:
            case TransferKind.FORBIDDEN:
                return None
            case TransferKind.TIMED:
                return ChangeKind.AWAITED, timedelta()
            case TransferKind.IN_SEAT:
                return ChangeKind.SAME_SHIP, timedelta()
            case TransferKind.MINIMUM if rule and rule.min_seconds is not None:
                return ChangeKind.ORDINARY, timedelta(seconds=rule.min_seconds)
            case _:
                minutes = self.least_minutes(port, departing.operator.code)
                return ChangeKind.ORDINARY, timedelta(minutes=minutes)

    def _way_between(
        self, ports: tuple[str, str], rule: Rule | None, departing: SailingOffer
    ) -> tuple[ChangeKind, timedelta] | None:
        """Return the same for going on from another port: only where the timetable says so."""
        if rule is None or rule.kind not in _BETWEEN_PORTS or not rule.names_both_ports:
            return None
        if rule.min_seconds is not None:
            return ChangeKind.OTHER_PORT, timedelta(seconds=rule.min_seconds)
        metres = self.walks.get(ports)
        if metres is None:
            return None
        minutes = self.least_minutes(ports[1], departing.operator.code)
        on_foot = timedelta(seconds=metres * _DETOUR / _WALKING_M_PER_SECOND)
        return ChangeKind.OTHER_PORT, timedelta(minutes=minutes) + on_foot


def journeys(
    ways: Sequence[Way], first_boats: Boats, boats: Boats, changing: Changing
) -> list[Journey]:
    """Return the journeys over these ways, by departure.

    The first sailing is one of `first_boats`, the others of `boats`; both are by the codes of
    origin and destination, in order of departure.
    """
    found = [
        _journey(way, ridden, changing)
        for way in ways
        for first in first_boats.get(_codes(way[0]), ())
        if _carries(first, changing)
        for ridden in _onward([first], way, boats, changing)
    ]
    return sorted(found, key=lambda each: (each.departs_at, each.arrives_at, each.changes))


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


@dataclass(frozen=True, slots=True)
class _Merits:
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
    latest = last.arrives_at + timedelta(hours=changing.longest_hours)
    is_first = True
    for boat in boats.get(_codes(way[1]), ()):
        if boat.departs_at > latest:
            return
        if not _carries(boat, changing) or _is_same_trip(last, boat):
            continue
        change = changing.change(_between(way), last, boat)
        if change is None or boat.departs_at < last.arrives_at + change[1]:
            continue
        is_same_ship = change[0] is ChangeKind.SAME_SHIP
        if is_first or boat.bookable or is_same_ship:
            yield boat
        is_first = is_first and is_same_ship
        if boat.bookable:
            return


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


def _journey(way: Way, ridden: Sequence[SailingOffer], changing: Changing) -> Journey:
    legs = [JourneyLeg(*way[0], ridden[0])]
    for number, (last, sailing) in enumerate(pairwise(ridden), 1):
        minutes = int((sailing.departs_at - last.arrives_at).total_seconds() // 60)
        change = changing.change(_between(way[number - 1 :]), last, sailing)
        kind = change[0] if change else None
        legs.append(JourneyLeg(*way[number], sailing, minutes, kind))
    first, last = ridden[0], ridden[-1]
    sold, price = _sale(ridden)
    return Journey(
        legs=tuple(legs),
        departs_at=first.departs_at,
        arrives_at=last.arrives_at,
        departs_local=first.departs_local,
        arrives_local=last.arrives_local,
        duration_minutes=int((last.arrives_at - first.departs_at).total_seconds() // 60),
        changes=sum(leg.change not in (None, ChangeKind.SAME_SHIP) for leg in legs),
        sold=sold,
        price=price,
    )


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
