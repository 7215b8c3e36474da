"""Pure: how one gets from ship to ship, to the first and from the last, and how long it takes."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from math import ceil

from msgspec import Struct, field

from maritime_app.ferries.model import Place
from maritime_app.ferries.search.model import AccessLeg, ChangeKind, SailingOffer
from maritime_app.ferries.timetables.gtfs.model import TransferKind
from maritime_app.ferries.timetables.transfers.model import Rule, Rules

_BETWEEN_PORTS = (TransferKind.RECOMMENDED, TransferKind.TIMED, TransferKind.MINIMUM)
_WALKING_M_PER_SECOND = 1.2
_DETOUR = 1.3  # streets are so much longer than the straight line
_MINUTE = timedelta(minutes=1)


class Changing(Struct, frozen=True):
    """How long one must and may be in port between two ships.

    `least_minutes(port, operator)` reaches from the first ship to the check-in of that operator.
    It holds where the timetable of both ships has no rule (`rules`) of its own. `walks` has the
    metres between two ports of which a timetable says that one may go on from the other.
    `piers` has the seconds between two piers of a terminal, by feed and its own ids; on foot they
    hold instead of the usual minutes, and `check_in_minutes` come after them.
    """

    least_minutes: Callable[[str, str], int]
    longest_hours: float
    with_vehicle: bool = False
    rules: Rules = field(default_factory=Rules)
    walks: Mapping[tuple[str, str], float] = field(default_factory=dict)
    piers: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    check_in_minutes: Callable[[str, str], int] = lambda _port, _operator: 0

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
                return ChangeKind.ORDINARY, self._usual(port, arriving, departing)

    def _usual(self, port: str, arriving: SailingOffer, departing: SailingOffer) -> timedelta:
        """Return how long changing takes at a port where no rule has a time."""
        code, here, there = departing.operator.code, arriving.listing, departing.listing
        if here and there and here.feed == there.feed and not self.with_vehicle:
            seconds = self.piers.get((here.feed, here.arrival_stop_id, there.stop_id))
            if seconds is not None:
                return timedelta(seconds=seconds, minutes=self.check_in_minutes(port, code))
        return timedelta(minutes=self.least_minutes(port, code))

    def _way_between(
        self, ports: tuple[str, str], rule: Rule | None, departing: SailingOffer
    ) -> tuple[ChangeKind, timedelta] | None:
        """Return the same for going on from another port: only where the timetable says so."""
        if rule is None or not rule.names_both_ports:
            return None
        least = self._least_between(ports, rule)
        if least is not None and rule.min_seconds is None:
            least += timedelta(minutes=self.least_minutes(ports[1], departing.operator.code))
        return None if least is None else (ChangeKind.OTHER_PORT, least)

    def access(self, origin: Place, port: Place, first: SailingOffer) -> AccessLeg | None:
        """Return the way to the first sailing from another port than its own; None: there is none
        that its timetable speaks of.
        """
        rule = self.rules.at_end(origin.code, port.code, None, first.listing)
        return self._access_leg(origin, port, rule)

    def egress(self, last: SailingOffer, port: Place, destination: Place) -> AccessLeg | None:
        """Return the same from the last sailing on."""
        rule = self.rules.at_end(port.code, destination.code, last.listing, None)
        return self._access_leg(port, destination, rule)

    def _access_leg(self, start: Place, end: Place, rule: Rule | None) -> AccessLeg | None:
        least = self._least_between((start.code, end.code), rule)
        return None if least is None else AccessLeg(start, end, ceil(least / _MINUTE))

    def _least_between(self, ports: tuple[str, str], rule: Rule | None) -> timedelta | None:
        """Return how long it takes from one port to the other, as the rule says, else on foot."""
        if rule is None or rule.kind not in _BETWEEN_PORTS:
            return None
        if rule.min_seconds is not None:
            return timedelta(seconds=rule.min_seconds)
        metres = self.walks.get(ports)
        if metres is None:
            return None
        return timedelta(seconds=metres * _DETOUR / _WALKING_M_PER_SECOND)
