"""State that survives kill -9: one JSON line per operation, handed to the system before the answer
leaves.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import msgspec


class Journal:
    """An append-only file of records, or nothing at all when it has no path.

    `append` returns after the line has left this process (not: after it reached the disk), which is
    what a kill of the process cannot undo. A line torn by a kill is dropped on the next start.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    @classmethod
    def within(cls, folder: Path | None, name: str) -> "Journal":
        """The journal `name` in a folder that is made when it is missing."""
        if folder is None:
            return cls(None)
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder / name)

    def replay(self) -> Iterator[Any]:
        """Every whole record, oldest first."""
        if self._path is None or not self._path.exists():
            return
        whole = 0
        with self._path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
                yield msgspec.json.decode(line)
        if whole != self._path.stat().st_size:
            os.truncate(self._path, whole)

    def append(self, record: Any) -> None:
        """Add one record."""
        if self._path is None:
            return
        if self._file is None:
            self._file = self._path.open("ab", buffering=0)
        self._file.write(msgspec.json.encode(record) + b"\n")

    def rewrite(self, records: Iterator[Any]) -> None:
        """Replace everything by these records: what is gone is not read again on every start."""
        if self._path is None:
            return
        self.close()
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            for record in records:
                file.write(msgspec.json.encode(record) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)

    def close(self) -> None:
        """Close the file; appending opens it again."""
        if self._file is not None:
            self._file.close()
            self._file = None
