"""Which list a file is, by what is in it; its name says nothing."""

import csv
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from maritime_app.errors import Invalid
from maritime_app.ports.gazetteer.lists import portwatch, rows, seaports, unlocode, wpi
from maritime_app.ports.gazetteer.lists.rows import Unusable
from maritime_app.ports.gazetteer.model import Listing

_LISTS: Final = (
    ("World Port Index", wpi.COLUMNS, wpi.listings),
    ("PortWatch", portwatch.COLUMNS, portwatch.listings),
    ("UN/LOCODE", unlocode.COLUMNS, unlocode.listings),
)
_HEADER_BYTES: Final = 16_384
_NO_SUCH_JSON: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def read(path: Path) -> Iterator[Listing | Unusable]:
    """Return the listings of a file, and in words why a row is none.

    Raise Invalid for a file that is none of the lists that are known.
    """
    content = rows.read_bytes(path)
    try:
        found = _json(content) if content.lstrip()[:1] in (b"{", b"[") else _csv(path, content)
    except csv.Error:
        found = None
    if found is None:
        words = (
            f"{path.name} is none of the lists of ports that are known: World Port Index, "
            "PortWatch, sea-ports or UN/LOCODE."
        )
        raise Invalid(words, code="not_a_list")
    return found


def _csv(path: Path, content: bytes) -> Iterator[Listing | Unusable] | None:
    if content.startswith(b"PK"):
        return unlocode.listings(content)
    header = rows.columns(rows.text_of(content[:_HEADER_BYTES]))
    for title, columns, listings in _LISTS:
        missing = [each for each in sorted(columns) if rows.folded(each) not in header]
        if not missing:
            return listings(content)
        if len(missing) * 2 <= len(columns):
            words = f"{path.name} is like {title}, but has no column {', '.join(missing)}."
            raise Invalid(words, code="not_a_list")
    return unlocode.listings(content) if unlocode.is_headerless(content) else None


def _json(content: bytes) -> Iterator[Listing | Unusable] | None:
    with suppress(*_NO_SUCH_JSON):
        return seaports.listings(seaports.decode(content))
    with suppress(*_NO_SUCH_JSON):
        return portwatch.json_listings(content)
    return None
