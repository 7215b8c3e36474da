"""Encounters as entries of an Atom feed. Pure."""

from collections.abc import Iterator

from maritime_app.vessels.encounters.responses import EncountersResponse
from maritime_app.vessels.events.atom import AtomEntry


def entries(answer: EncountersResponse, public_url: str) -> Iterator[AtomEntry]:
    """Yield an entry for each, which leads to its first ship."""
    for encounter in answer.encounters:
        first, second = (ship.name or str(ship.mmsi) for ship in encounter.ships)
        near = f"{encounter.closest_m} m at the closest, {encounter.median_knots} kn in the median"
        yield AtomEntry(
            id=encounter.id,
            title=f"{first} and {second}: {encounter.hours} h",
            summary=f"at {encounter.lat}, {encounter.lon}; {near}",
            updated=encounter.last_at,
            published=encounter.began_at,
            link=f"{public_url}/vessels/{encounter.ships[0].mmsi}",
            invented=encounter.invented,
        )
