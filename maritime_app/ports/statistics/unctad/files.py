"""CSV files on disk (plain or .gz) -> a reading, a batch of rows at a time.

Blocking: call it in a thread.
"""

import csv
import gzip
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from maritime_app.errors import Invalid
from maritime_app.ports.statistics.unctad.codec import (
    Layout,
    NotATable,
    Reading,
    read_header,
    read_rows,
)

BATCH_ROWS = 5_000
MAX_BYTES = 2 * 1024**3


class TableFiles:
    """One published table, in one or several files with the same header; more may be added as they
    come.
    """

    def __init__(self, paths: Sequence[Path] = (), max_bytes: int = MAX_BYTES) -> None:
        self.size = sum(path.stat().st_size for path in paths)
        self.reading = Reading()
        self._paths = list(paths)
        self._max_bytes = max_bytes
        self._layout: Layout | None = None
        self._rows: Iterator[list[str]] = iter(())
        self._digest = hashlib.sha256()
        self._bytes = 0
        self._finished_size = 0
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
    def done(self) -> int:
        """How far the files have been read, in bytes as they lie on disk."""
        return self._finished_size + (self._raw.tell() if self._raw else 0)

    def add(self, path: Path) -> None:
        """Read this file, too, after those before it."""
        self._paths.append(path)
        self.size += path.stat().st_size

    def read_batch(self) -> bool:
        """Read the next rows into `reading`;

        False when none are left. Raises Invalid for no such table.
        """
        try:
            rows = list(islice(self._rows, BATCH_ROWS))
            while not rows and self._next_file():
                rows = list(islice(self._rows, BATCH_ROWS))
            if rows:
                read_rows(self.layout, rows, self.reading)
        except (NotATable, csv.Error, UnicodeDecodeError, EOFError, OSError) as error:
            raise Invalid(
                f"This is not an UNCTADstat table: {error}", code="not_a_table"
            ) from error
        return bool(rows)

    def _next_file(self) -> bool:
        if self._raw:
            self._finished_size += self._raw.tell()
            self._open.close()
            self._raw = None
        if not self._paths:
            return False
        path = self._paths.pop(0)
        self._raw = self._open.enter_context(path.open("rb"))
        packed = self._raw.read(2) == b"\x1f\x8b"
        self._raw.seek(0)
        self._rows = csv.reader(
            self._lines(gzip.GzipFile(fileobj=self._raw) if packed else self._raw)
        )
        layout = read_header(next(self._rows, []))
        if self._layout is not None and layout != self._layout:
            raise NotATable(f"{path.name} has other columns than the file before it")
        self._layout = layout
        return True

    def _lines(self, content: Iterable[bytes]) -> Iterator[str]:
        for number, line in enumerate(content):
            self._digest.update(line)
            self._bytes += len(line)
            if self._bytes > self._max_bytes:
                raise NotATable("it is larger than any table we know")
            yield line.decode("utf-8-sig" if number == 0 else "utf-8")
