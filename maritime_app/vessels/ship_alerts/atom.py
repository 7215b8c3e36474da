"""Events as entries of an Atom feed. Pure."""

from collections.abc import Iterable, Iterator
from typing import Final

from maritime_app.vessels.events.atom import AtomEntry
from maritime_app.vessels.ship_alerts.responses import AlertEventResponse

_WORDS: Final = {
    "enter": "has entered",
    "leave": "has left",
    "dwell": "stays",
    "arrive": "has arrived",
    "depart": "has left port",
    "gap": "was not heard",
    "encounter": "lies beside another ship",
    "close": "comes close to another ship",
}


def entries(events: Iterable[AlertEventResponse], public_url: str) -> Iterator[AtomEntry]:
    """Yield an entry for each, which leads to its ship."""
    for event in events:
        yield AtomEntry(
            id=event.id,
            title=f"{event.ship or event.mmsi} {_WORDS[event.kind]}",
            summary=", ".join(_summary(event)),
            updated=event.at,
            link=f"{public_url}/vessels/{event.mmsi}",
            invented=event.invented,
        )


def _summary(event: AlertEventResponse) -> Iterator[str]:
    yield f"at {event.lat}, {event.lon}"
    if event.port is not None:
        yield f"port {event.port}"
    if event.other_mmsi is not None:
        yield f"{event.other_ship or event.other_mmsi}, {event.metres} m"
    if event.closest_at is not None:
        yield f"closest at {event.closest_at.isoformat()}"
