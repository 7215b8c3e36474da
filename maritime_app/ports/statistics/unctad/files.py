"""Files on disk (CSV, plain or packed) to a reading, a batch of rows at a time.

Blocking: call it in a thread.
"""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from msgspec.structs import replace

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.formats import csv_rows
from maritime_app.formats.zip_errors import DAMAGED
from maritime_app.ports.statistics.as_read import Layout, Reading
from maritime_app.ports.statistics.unctad import opening
from maritime_app.ports.statistics.unctad.codec import read_rows
from maritime_app.ports.statistics.unctad.headers import NotATable, read_header

BATCH_ROWS = 5_000
MAX_BYTES = 2 * 1024**3
_SEPARATORS = {";": "semicolons", "\t": "tabs"}


class TableFiles:
    """One published table, in one or several files with the same header.

    Files may be added while earlier ones are read. At most `max_bytes` are read, unpacked.
    """

    def __init__(self, paths: Sequence[Path] = (), max_bytes: int = MAX_BYTES) -> None:
        self.bytes_total = sum(path.stat().st_size for path in paths)
        self.reading = Reading()
        self._paths = list(paths)
        self._today = clock.now().date()
        self._max_bytes = max_bytes
        self._layout: Layout | None = None
        self._rows: Iterator[list[str]] = iter(())
        self._digest = hashlib.sha256()
        self._unpacked_bytes = 0
        self._line_ended = True
        self._finished_bytes = 0
        self._raw: IO[bytes] | None = None
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._open.close()

    @property
    def layout(self) -> Layout:
        """Where the columns are; known after the first batch."""
        assert self._layout is not None
        return self._layout

    @property
    def digest(self) -> str:
        """SHA-256 over the CSV bytes read so far."""
        return self._digest.hexdigest()

    @property
    def bytes_read(self) -> int:
        """How far the files have been read, in bytes as they are on disk."""
        return self._finished_bytes + (self._raw.tell() if self._raw else 0)

    def add(self, path: Path) -> None:
        """Read this file, too, after those before it."""
        self._paths.append(path)
        self.bytes_total += path.stat().st_size

    def read_batch(self) -> bool:
        """Read the next rows into `reading`; return False when there are no more.

        Raise Invalid for a file that is none of UNCTAD's tables.
        """
        try:
            rows = list(islice(self._rows, BATCH_ROWS))
            while not rows and self._next_file():
                rows = list(islice(self._rows, BATCH_ROWS))
            if rows and self._is_cut(rows[-1]):
                rows.pop()
                self.reading.rows += 1
                self.reading.reject("the file ends within it")
            if rows:
                read_rows(self.layout, rows, self.reading, self._today)
        except NotATable as error:
            words = f"This is not an UNCTADstat table: {error}."
            raise Invalid(words, code="not_a_table") from error
        except (csv.Error, *DAMAGED) as error:
            words = f"This is not an UNCTADstat table: it is broken after row {self.reading.rows}."
            raise Invalid(words, code="not_a_table") from error
        return bool(rows)

    def _next_file(self) -> bool:
        if self._raw:
            self._finished_bytes += self._raw.tell()
            self._open.close()
            self._raw = None
        if not self._paths:
            return False
        path = self._paths.pop(0)
        self._raw = self._open.enter_context(path.open("rb"))
        content = opening.open_packed(path, self._raw, self._open)
        lines = opening.lines(content, self._count, self.reading.notes.add)
        header = next((line for line in lines if line.strip()), "")
        mark = opening.separator(header)
        if mark != ",":
            self.reading.notes.add(f"its cells are separated by {_SEPARATORS[mark]}")
        self._rows = csv_rows.whole(chain([header], lines), mark, skip_spaces=True)
        layout = replace(read_header(next(self._rows, [])), decimal_comma=mark != ",")
        if self._layout is not None and layout != self._layout:
            raise NotATable(f"{path.name} has other columns than the file before it")
        self._layout = layout
        self.reading.notes.update(layout.notes)
        return True

    def _is_cut(self, row: list[str]) -> bool:
        """Whether a row lacks cells at the end of a file that does not end with a line's end.

        Elsewhere such cells are empty; here they did not arrive, and a figure is not taken back.
        """
        return not self._line_ended and 0 < len(row) < self.layout.columns

    def _count(self, line: bytes) -> None:
        self._digest.update(line)
        self._line_ended = line.endswith((b"\n", b"\r"))
        self._unpacked_bytes += len(line)
        if self._unpacked_bytes > self._max_bytes:
            raise NotATable("it is larger than any table we know")
