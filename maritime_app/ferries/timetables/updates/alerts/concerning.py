"""An alert and a timetable to the lines, trips and stops that it concerns. Pure.

A timetable here has the boats of a feed alone: what a publisher tells of its buses concerns nothing
of it. Directions of a line are not told apart: an alert of one stands at both.
"""

from collections.abc import Iterable
from typing import Final

from maritime_app.ferries.timetables.model import WATER_ROUTE_TYPES
from maritime_app.ferries.timetables.updates.alerts.model import Concern, KeptAlert, Network
from maritime_app.ferries.timetables.updates.model import AlertMessage, Selector

_WHOLE_FEED: Final = Selector()


def kept(alert: AlertMessage, network: Network) -> KeptAlert | None:
    """Return the alert with what it concerns; None where that is nothing of the timetable."""
    concerns: list[Concern] = []
    ports: set[str] = set()
    for selector in dict.fromkeys(alert.selectors or (_WHOLE_FEED,)):
        concern = _concern(selector, network)
        if concern is not None:
            concerns.append(concern)
            ports.update(_ports(selector, concern, network))
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
    )


def _concern(selector: Selector, network: Network) -> Concern | None:
    if selector.route_type not in (None, *WATER_ROUTE_TYPES):
        return None
    if selector.trip and selector.trip not in network.trips:
        return None
    lines = stops = None
    if selector.agency or selector.line:
        lines = tuple(
            each.line
            for each in network.lines
            if selector.agency in ("", each.agency) and selector.line in ("", each.line)
        )
    if selector.stop:
        stops = _unique(
            stop for each in network.stops if each.stop == selector.stop for stop in each.stops
        )
    if lines == () or stops == ():
        return None
    return Concern(selector.trip or None, selector.day, lines, stops)


def _ports(selector: Selector, concern: Concern, network: Network) -> Iterable[str]:
    """Return the ports on whose boards it stands; none for what a single trip alone concerns."""
    if concern.trip:
        return ()
    if selector.stop:
        return _unique(each.port for each in network.stops if each.stop == selector.stop)
    lines = concern.lines
    return _unique(
        port for each in network.lines if lines is None or each.line in lines for port in each.ports
    )


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
