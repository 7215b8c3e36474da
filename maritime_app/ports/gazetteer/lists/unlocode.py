"""UN/LOCODE: UNECE's CSV without a header (parts or the zip), and the mirror's with one.

The Namibian "NA" is a country, not a missing value. Function 1 is a seaport. Coordinates are
degrees and minutes: 5155N 00430E.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Final

from maritime_app.errors import Invalid
from maritime_app.formats import csv_rows
from maritime_app.formats.zip_errors import DAMAGED_IN_MEMORY
from maritime_app.ports.gazetteer.lists import rows
from maritime_app.ports.gazetteer.lists.rows import Row, Unusable
from maritime_app.ports.gazetteer.model import Listing, ListSource

COLUMNS: Final = frozenset({"Country", "Location", "Name", "NameWoDiacritics", "Function"})
_HEADERLESS: Final = (
    "Change", "Country", "Location", "Name", "NameWoDiacritics", "Subdivision", "Function",
    "Status", "Date", "IATA", "Coordinates", "Remarks",
)  # fmt: skip
_COORDINATES = re.compile(r"^(\d{2})(\d{2})([NS]) (\d{3})(\d{2})([EW])$")
_SEAPORT = "1"


def listings(content: bytes) -> Iterator[Listing | Unusable]:
    """Yield the seaports with a position, or in words why a row is none."""
    for text in _texts(content):
        first = text.split("\n", 1)[0]
        if {"country", "location"} <= rows.columns(first):
            found = rows.records(text, _HEADERLESS)
        else:
            found = (
                dict(zip(_HEADERLESS, (cell.strip() for cell in cells), strict=False))
                for cells in csv_rows.whole(io.StringIO(text))
            )
        for row in found:
            yield _listing(row)


def is_headerless(content: bytes) -> bool:
    """Return whether the bytes are a part of UNECE's own file."""
    row = next(csv.reader([rows.text_of(content[:4096]).split("\n", 1)[0]]), [])
    return len(row) in (11, 12) and len(row[1]) == 2 and len(row[2]) in (0, 3)


def _texts(content: bytes) -> Iterator[str]:
    if not content.startswith(b"PK"):
        yield rows.text_of(content)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in sorted(packed.namelist()):
                if re.search(r"CodeListPart\d\.csv$", name):
                    yield rows.text_of(_bounded(packed, name))
    except DAMAGED_IN_MEMORY as error:
        raise Invalid("the zip is damaged or locked", code="not_a_list") from error


def _bounded(packed: zipfile.ZipFile, name: str) -> bytes:
    """Return a member's content; raise Invalid for one that unpacks to more than any list."""
    with packed.open(name) as member:
        content = member.read(rows.MAX_BYTES + 1)
    if len(content) > rows.MAX_BYTES:
        words = f"{name} in it is larger than any list of ports known"
        raise Invalid(words, code="not_a_list")
    return content


def _listing(row: Row) -> Listing | Unusable:
    code = rows.unlocode(row.get("Country", "") + row.get("Location", ""))
    if code is None:
        return rows.unusable("no place, but a country or a blank", row)
    if not row.get("Function", "").startswith(_SEAPORT):
        return rows.unusable("not a seaport", row)
    position = _COORDINATES.match(row.get("Coordinates", ""))
    if not position:
        return rows.unusable("a seaport without a position", row)
    lat = (int(position[1]) + int(position[2]) / 60) * (1 if position[3] == "N" else -1)
    lon = (int(position[4]) + int(position[5]) / 60) * (1 if position[6] == "E" else -1)
    plain = row.get("NameWoDiacritics", "")
    return Listing(
        source=ListSource.UNLOCODE,
        code=code,
        name=row["Name"] or plain,
        unlocode=code,
        country=code[:2],
        lat=round(lat, 4),
        lon=round(lon, 4),
        aliases=(plain,) if plain and plain != row["Name"] else (),
    )
