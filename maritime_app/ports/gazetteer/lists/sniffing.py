"""Which list a file is, by what is in it; its name says nothing."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import msgspec

from maritime_app.errors import Invalid
from maritime_app.ports.gazetteer.lists import portwatch, rows, seaports, unlocode, wpi
from maritime_app.ports.gazetteer.model import Listing


def read(path: Path) -> Iterator[Listing | str]:
    """Return the listings of a file, and in words why a row is none.

    Raise Invalid for a file that is none of the lists that are known.
    """
    content = rows.read_bytes(path)
    found = _json(content) if content.lstrip()[:1] in (b"{", b"[") else _csv(content)
    if found is None:
        words = (
            f"{path.name} is none of the lists of ports that are known: World Port Index, "
            "PortWatch, sea-ports or UN/LOCODE."
        )
        raise Invalid(words, code="not_a_list")
    return found


def _csv(content: bytes) -> Iterator[Listing | str] | None:
    if content.startswith(b"PK"):
        return unlocode.listings(content)
    header = set(next(csv.reader(io.StringIO(rows.text_of(content[:16_384]))), []))
    for columns, listings in (
        (wpi.COLUMNS, wpi.listings),
        (portwatch.COLUMNS, portwatch.listings),
        (unlocode.COLUMNS, unlocode.listings),
    ):
        if columns <= header:
            return listings(content)
    return unlocode.listings(content) if unlocode.is_headerless(content) else None


def _json(content: bytes) -> Iterator[Listing | str] | None:
    try:
        return seaports.listings(seaports.decode(content))
    except msgspec.DecodeError:
        pass
    try:
        return portwatch.json_listings(content)
    except msgspec.DecodeError:
        return None
