"""Crossings as entries of an Atom feed. Pure."""

from collections.abc import Iterable, Iterator
from typing import Final

from maritime_app.vessels.events.atom import AtomEntry
from maritime_app.vessels.ship_alerts.responses import CrossingResponse

_WORDS: Final = {"enter": "has entered", "leave": "has left", "dwell": "stays"}


def entries(crossings: Iterable[CrossingResponse], public_url: str) -> Iterator[AtomEntry]:
    """Yield an entry for each, which leads to its ship."""
    for crossing in crossings:
        yield AtomEntry(
            id=crossing.id,
            title=f"{crossing.ship or crossing.mmsi} {_WORDS[crossing.kind]}",
            summary=f"at {crossing.lat}, {crossing.lon}",
            updated=crossing.at,
            link=f"{public_url}/vessels/{crossing.mmsi}",
            invented=crossing.invented,
        )
