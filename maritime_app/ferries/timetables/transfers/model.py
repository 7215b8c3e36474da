"""A rule for changing from one boat to another, and which of them holds. Pure.

Source: gtfs.org/documentation/schedule/reference, "transfers.txt", "Transfer specificity".
"""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from maritime_app.ferries.timetables.gtfs.model import TransferKind
from maritime_app.ferries.timetables.model import Listing


class Rule(msgspec.Struct, frozen=True):
    """A rule of a feed for changing at a port; what is empty (or null) stands for any.

    A stop that is a station stands for all of its piers.
    """

    feed: str
    from_port: str | None
    to_port: str | None
    kind: TransferKind
    from_stop: str
    to_stop: str
    from_station: bool
    to_station: bool
    from_line: str
    to_line: str
    from_trip: str
    to_trip: str
    min_seconds: int | None

    def holds(self, came_to: str, goes_from: str, arriving: Listing, departing: Listing) -> bool:
        """Return whether the rule is about changing between these two, who come to one port and go
        from another one or the same.
        """
        return (
            self.from_port in (None, came_to)
            and self.to_port in (None, goes_from)
            and (self.from_station or self.from_stop in ("", arriving.arrival_stop_id))
            and (self.to_station or self.to_stop in ("", departing.stop_id))
            and self.from_line in ("", arriving.line_id)
            and self.to_line in ("", departing.line_id)
            and self.from_trip in ("", arriving.trip)
            and self.to_trip in ("", departing.trip)
        )

    def leads(
        self, came_to: str, goes_from: str, arriving: Listing | None, departing: Listing | None
    ) -> bool:
        """Return whether whoever comes by none of its boats, or goes by none, may go from the one
        port to the other. What it says of single boats is about those who change.
        """
        names_boats = self.from_line or self.to_line or self.from_trip or self.to_trip
        leaves, boards = arriving and arriving.arrival_stop_id, departing and departing.stop_id
        return (
            not names_boats
            and (self.from_port, self.to_port) == (came_to, goes_from)
            and (leaves is None or self.from_station or self.from_stop == leaves)
            and (boards is None or self.to_station or self.to_stop == boards)
        )

    @property
    def names_both_ports(self) -> bool:
        """Return whether it says from where to where."""
        return self.from_port is not None and self.to_port is not None

    @property
    def specificity(self) -> tuple[int, int]:
        """Return how specific it is: by trips and lines as the reference ranks them, then by stops,
        of which a pier says more than its station.
        """
        trips = bool(self.from_trip) + bool(self.to_trip)
        lines = bool(self.from_line) + bool(self.to_line)
        # A trip names its line: a line that stands beside the trip of the same boat adds nothing.
        beside = bool(self.from_line and not self.from_trip) + bool(
            self.to_line and not self.to_trip
        )
        rank = {2: 5, 1: 4 if beside else 3}.get(trips, lines)
        stops = sum(
            2 if stop and not station else bool(stop)
            for stop, station in (
                (self.from_stop, self.from_station),
                (self.to_stop, self.to_station),
            )
        )
        return rank, stops


class TerminalTime(msgspec.Struct, frozen=True):
    """How long it takes from one pier of a terminal to another, by the feed's own ids."""

    feed: str
    from_stop: str
    to_stop: str
    seconds: int


class Rules:
    """The rules of several feeds, the most specific first; of equals the first of its file."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._of: dict[str, list[Rule]] = defaultdict(list)
        for rule in rules:
            self._of[rule.feed].append(rule)
        for each in self._of.values():
            each.sort(key=lambda rule: rule.specificity, reverse=True)

    def between(
        self, came_to: str, goes_from: str, arriving: Listing | None, departing: Listing | None
    ) -> Rule | None:
        """Return the rule that holds for changing at a port, or on the way to another one; None
        where the feed says nothing, or the boats are of two feeds, of which neither speaks for the
        other.
        """
        if arriving is None or departing is None or arriving.feed != departing.feed:
            return None
        found = (
            rule
            for rule in self._of.get(arriving.feed, ())
            if rule.holds(came_to, goes_from, arriving, departing)
        )
        return next(found, None)

    def at_end(
        self, came_to: str, goes_from: str, arriving: Listing | None, departing: Listing | None
    ) -> Rule | None:
        """Return the rule that holds for getting to the first boat (`departing`) from another port,
        or from the last one (`arriving`) to another port; None where its feed says nothing.
        """
        boat = arriving or departing
        found = (
            rule
            for rule in self._of.get(boat.feed if boat else "", ())
            if rule.leads(came_to, goes_from, arriving, departing)
        )
        return next(found, None)
