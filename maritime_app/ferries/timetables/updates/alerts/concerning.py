"""An alert and a timetable to the lines, directions, trips and stops that it concerns. Pure.

A timetable here has the boats of a feed alone: what a publisher tells of its buses concerns nothing
of it. Where a timetable does not say which way a boat goes, an alert of one way stands at both.
"""

from collections.abc import Callable, Iterable
from typing import Final

from maritime_app.ferries.timetables.model import WATER_ROUTE_TYPES
from maritime_app.ferries.timetables.updates.alerts.model import (
    Concern,
    KeptAlert,
    LinePorts,
    Network,
)
from maritime_app.ferries.timetables.updates.model import AlertMessage, Selector
from maritime_app.ferries.timetables.updates.runs import start_meant

_WHOLE_FEED: Final = Selector()


def kept(alert: AlertMessage, network: Network) -> KeptAlert | None:
    """Return the alert with what it concerns; None where that is nothing of the timetable."""
    concerns: list[Concern] = []
    ports: set[str] = set()
    arrival_ports: set[str] = set()
    for selector in dict.fromkeys(alert.selectors or (_WHOLE_FEED,)):
        concern = _concern(selector, network)
        if concern is not None:
            concerns.append(concern)
            ports.update(_ports(selector, network, lambda line: line.boards))
            arrival_ports.update(_ports(selector, network, lambda line: line.leaves))
    if not concerns:
        return None
    return KeptAlert(
        id=alert.id,
        effect=alert.effect,
        cause=alert.cause,
        severity=alert.severity,
        header=alert.header,
        description=alert.description,
        url=alert.url,
        periods=alert.periods,
        concerns=tuple(dict.fromkeys(concerns)),
        ports=tuple(sorted(ports)),
        arrival_ports=tuple(sorted(arrival_ports)),
    )


def _concern(selector: Selector, network: Network) -> Concern | None:
    if selector.route_type not in (None, *WATER_ROUTE_TYPES):
        return None
    trip = network.trips.get(selector.trip)
    if selector.trip and trip is None:
        return None
    start = selector.start
    if trip is not None and start is not None:
        start = start_meant(trip.starts, trip.headways, start)
        if start is None:
            return None
    lines = stops = None
    named = tuple(_lines(selector, network))
    if selector.agency or selector.line:
        lines = _unique(each.line for each in named)
    if selector.stop:
        stops = _unique(
            stop for each in network.stops if each.stop == selector.stop for stop in each.stops
        )
    if not named or stops == ():
        return None
    return Concern(selector.trip or None, selector.day, lines, stops, selector.direction, start)


def _lines(selector: Selector, network: Network) -> Iterable[LinePorts]:
    """Return the lines that it names, in the direction that it names; all where it names none."""
    return (
        each
        for each in network.lines
        if selector.agency in ("", each.agency)
        and selector.line in ("", each.line)
        and (each.direction is None or selector.direction in (None, each.direction))
    )


def _ports(
    selector: Selector, network: Network, served: Callable[[LinePorts], Iterable[str]]
) -> Iterable[str]:
    """Return the ports on whose boards it stands; none for what a single trip alone concerns. What
    is told of both ways of a line stands where it is served at all.
    """
    if selector.trip or selector.start is not None:
        return ()
    lines = [
        port
        for each in _lines(selector, network)
        for port in (each.boards + each.leaves if selector.direction is None else served(each))
    ]
    if not selector.stop:
        return lines
    stops = (each.port for each in network.stops if each.stop == selector.stop)
    return [port for port in stops if selector.direction is None or port in lines]


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
