"""Rows of CSV files, plain or gzipped, and single values of them. Blocking."""

import csv
import gzip
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from maritime_app.errors import Invalid

# UNECE Recommendation 16: country and three characters, letters or 2 to 9; officially with a space.
_UNLOCODE = re.compile(r"^([A-Z]{2}) ?([A-Z2-9]{3})$")
MAX_BYTES = 64 * 1024**2


def read_bytes(path: Path) -> bytes:
    """Return the file's content, unpacked if it is gzipped; raise Invalid above 64 MiB."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        content = cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if packed else raw
        try:
            found = content.read(MAX_BYTES + 1)
        except (OSError, EOFError) as error:
            raise Invalid(f"{path.name} is damaged.", code="not_a_list") from error
    if len(found) > MAX_BYTES:
        raise Invalid(f"{path.name} is larger than any list of ports known.", code="not_a_list")
    return found


def text_of(content: bytes) -> str:
    """Return the text: UTF-8, or Latin-1 as UNECE writes it."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def records(text: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV with a header, values without spaces around them."""
    for row in csv.DictReader(io.StringIO(text.replace("\x00", ""))):
        yield {key: (value or "").strip() for key, value in row.items() if key is not None}


def unlocode(text: str) -> str | None:
    """Return a UN/LOCODE without its space; None for what is none."""
    match = _UNLOCODE.match(text.strip().upper())
    return match[1] + match[2] if match else None


def degrees(text: str, limit: int) -> float | None:
    """Return an angle within the limit."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if -limit <= value <= limit else None


def number(text: str) -> float | None:
    """Return a number; None for none, and for 0, which lists write for not known."""
    try:
        return float(text) or None
    except ValueError:
        return None
