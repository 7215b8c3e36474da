"""Rows of CSV files as people have them, plain or gzipped, and single values of them. Blocking."""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Collection, Iterator
from math import isfinite
from pathlib import Path
from typing import IO, Final, NamedTuple, cast

from maritime_app.errors import Invalid
from maritime_app.formats import csv_rows

# UNECE Recommendation 16: country and three characters, letters or 2 to 9; officially with a space.
_UNLOCODE = re.compile(r"^([A-Z]{2}) ?([A-Z2-9]{3})$")
MAX_BYTES = 64 * 1024**2
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_LINE: Final = "\n"  # no column is called so

Row = dict[str, str]


class Unusable(NamedTuple):
    """Why a row is no port, and where it stands."""

    reason: str
    where: str


def read_bytes(path: Path) -> bytes:
    """Return the file's content, unpacked if it is gzipped; raise Invalid above 64 MiB."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        content = cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if packed else raw
        try:
            found = content.read(MAX_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise Invalid(f"{path.name} is damaged.", code="not_a_list") from error
    if len(found) > MAX_BYTES:
        raise Invalid(f"{path.name} is larger than any list of ports known.", code="not_a_list")
    return found


def text_of(content: bytes) -> str:
    """Return the text: UTF-8, UTF-16 with its mark, or Latin-1 as UNECE writes it."""
    if content.startswith(_UTF_16):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def columns(text: str) -> set[str]:
    """Return the folded names of the columns in the first line."""
    line = text.split("\n", 1)[0]
    return {folded(cell) for cell in next(csv.reader([line], delimiter=_separator(line)), [])}


def folded(name: str) -> str:
    """Return the name of a column without what spreadsheets and people change about it."""
    return " ".join(name.split()).casefold()


def records(text: str, names: Collection[str]) -> Iterator[Row]:
    """Yield the rows of a CSV with a header by these names of columns, however they are written
    there; values without spaces around them. What is no CSV any more raises csv.Error.
    """
    known = {folded(name): name for name in names}
    text = text.replace("\x00", "")
    found = csv_rows.numbered(io.StringIO(text), _separator(text.split("\n", 1)[0]))
    header = [known.get(folded(cell), cell) for cell in next(found, (0, []))[1]]
    for line, cells in found:
        if any(cells):
            row = dict.fromkeys(names, "")
            row |= {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
            yield row | {_LINE: str(line)}


def unusable(reason: str, row: Row) -> Unusable:
    """Return why that row is no port."""
    return Unusable(reason, f"line {row[_LINE]}" if _LINE in row else "")


def _separator(header: str) -> str:
    return max((",", ";", "\t"), key=header.count)


def unlocode(text: str) -> str | None:
    """Return a UN/LOCODE without its space; None for what is none."""
    match = _UNLOCODE.match(text.strip().upper())
    return match[1] + match[2] if match else None


def degrees(text: str, limit: int) -> float | None:
    """Return an angle within the limit; a decimal comma is read as a point."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if -limit <= value <= limit else None


def number(text: str) -> float | None:
    """Return a number; None for none, and for 0, which lists write for not known."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value and isfinite(value) else None
