"""The published CSV of daily calls (plain or gzipped, some 800 MB) to days, a batch at a time.

Blocking: call it in a thread. However large the file is, only one batch is held.
"""

import csv
import gzip
import io
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO, Final, cast

from msgspec import Struct, field

from maritime_app.errors import Invalid
from maritime_app.formats import csv_rows
from maritime_app.ports.daily_calls import codec
from maritime_app.ports.daily_calls.model import Day

BATCH_ROWS: Final = 100_000
_LONGEST_LINE: Final = 1024**2
_BROKEN: Final = (csv.Error, UnicodeDecodeError, OSError, EOFError, zlib.error)
_NEEDED: Final = frozenset({"portid", "portname", "ISO3", "year", "month", "day", "portcalls"})


class NamedPort(Struct, frozen=True):
    """A port as the file calls it; the country by ISO 3166-1 alpha-3."""

    portid: str
    name: str
    alpha3: str


class Batch(Struct):
    """Some rows: days by port, and what was left out by reason."""

    days: dict[NamedPort, list[Day]] = field(default_factory=lambda: defaultdict(list))
    rows: int = 0
    rejected: Counter[str] = field(default_factory=Counter)


def is_daily(path: Path) -> bool:
    """Whether the file begins as one of daily calls."""
    try:
        with _rows(path) as rows:
            return set(next(rows, [])) >= _NEEDED
    except _BROKEN:
        return False


def newest_days(path: Path) -> dict[str, date]:
    """Return the newest day of each port by its id; raise Invalid for a broken file."""
    found: dict[str, date] = {}
    for batch in batches(path):
        for port, days in batch.days.items():
            newest = max(each.day for each in days)
            found[port.portid] = max(newest, found.get(port.portid, newest))
    return found


def batches(path: Path, most_rows: int = BATCH_ROWS) -> Iterator[Batch]:
    """Yield the rows of the file in batches; raise Invalid for a broken one."""
    batch, above = Batch(), 1  # the header
    try:
        with _rows(path) as rows:
            header = next(rows, [])
            for cells in rows:
                _take(header, cells, batch)
                if batch.rows >= most_rows:
                    above += batch.rows
                    yield batch
                    batch = Batch()
    except _BROKEN as error:
        words = f"{path.name} is damaged after row {above + batch.rows:,}."
        raise Invalid(words, code="not_daily_calls") from error
    if batch.rows:
        yield batch


def _take(header: list[str], cells: list[str], batch: Batch) -> None:
    batch.rows += 1
    if 0 < len(cells) < len(header):
        # What a file that was cut does not have is no figure that the publisher withdrew.
        batch.rejected["fewer cells than the header"] += 1
    elif any(cells[len(header) :]):
        # A comma within a name that nobody has quoted: all behind it has moved.
        batch.rejected["more cells than the header"] += 1
    else:
        _read(dict(zip(header, cells, strict=False)), batch)


def _read(row: dict[str, str], batch: Batch) -> None:
    portid = row.get("portid", "").strip()
    if not codec.PORTID.match(portid):
        batch.rejected["no port id"] += 1
        return
    try:
        day = codec.day(row)
    except ValueError as error:
        batch.rejected[str(error)] += 1
        return
    if not codec.has_ended(day):
        batch.rejected["a day that has not ended"] += 1
        return
    name = row.get("portname", "").replace("\x00", "").strip()[:120]
    batch.days[NamedPort(portid, name, row.get("ISO3", "").strip()[:3])].append(day)


@contextmanager
def _rows(path: Path) -> Iterator[Iterator[list[str]]]:
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        content = cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if packed else raw
        # A bad byte costs its row at most, and a name nothing: ports are known by their ids.
        with io.TextIOWrapper(content, "utf-8-sig", errors="replace", newline="") as text:
            yield csv_rows.whole(_bounded(text))


def _bounded(text: io.TextIOWrapper) -> Iterator[str]:
    """Yield the lines; raise csv.Error for one without end, which would fill the memory."""
    while line := text.readline(_LONGEST_LINE):
        if len(line) >= _LONGEST_LINE:
            raise csv.Error("a line without end")
        yield line
