"""The sea-ports list (MIT licence): JSON by UN/LOCODE, coordinates as longitude and latitude."""

from collections.abc import Iterator
from typing import Any

import msgspec

from maritime_app.ports.gazetteer.lists import countries, rows
from maritime_app.ports.gazetteer.lists.rows import Unusable
from maritime_app.ports.gazetteer.model import Listing, ListSource


class SeaPort(msgspec.Struct):
    """An entry of the list."""

    name: str
    country: str = ""
    city: str = ""
    alias: list[Any] = []
    coordinates: list[float] = []
    timezone: str = ""
    unlocs: list[str] = []


def decode(content: bytes) -> dict[str, SeaPort]:
    """Return the entries by code; raise msgspec.DecodeError for another file."""
    return msgspec.json.decode(content, type=dict[str, SeaPort])


def listings(entries: dict[str, SeaPort]) -> Iterator[Listing | Unusable]:
    """Yield the ports, or in words why an entry is none.

    Some stand there twice, under two codes that both entries name: the first code that they name is
    the port's own.
    """
    for code, entry in entries.items():
        unlocode = rows.unlocode(code)
        if unlocode is None:
            yield Unusable("no UN/LOCODE", code)
            continue
        if len(entry.coordinates) != 2:
            yield Unusable("no position", code)
            continue
        lon, lat = entry.coordinates
        aliases = [str(each) for each in entry.alias if each]
        if entry.city and entry.city != entry.name:
            aliases.append(entry.city)
        yield Listing(
            source=ListSource.SEA_PORTS,
            code=code,
            name=entry.name,
            unlocode=None if (beside := _beside(code, entry, entries)) else unlocode,
            country=unlocode[:2] if unlocode[:2] in countries.ALPHA2 else None,
            lat=lat if -90 <= lat <= 90 else None,
            lon=lon if -180 <= lon <= 180 else None,
            aliases=tuple(aliases),
            beside=beside,
        )


def _beside(code: str, entry: SeaPort, entries: dict[str, SeaPort]) -> str | None:
    """Return the code of the entry of the same port that comes first; None: this one does."""
    first = entry.unlocs[0] if entry.unlocs else code
    other = entries.get(first)
    is_same = other is not None and code in other.unlocs and other.coordinates == entry.coordinates
    return first if first != code and is_same else None
