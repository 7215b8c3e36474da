"""A zip of text files -> rows by column name. Blocking: call it in a thread."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from maritime_app.errors import Invalid
from maritime_app.ferries.timetables.gtfs.model import TableCount

MAX_BYTES = 512 * 1024**2
Row = dict[str, str]


class Tables:
    """The text files of a feed.

    Raises Invalid for what is no such zip, or one that is far too large.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError) as error:
            raise Invalid(f"{path.name} is not a zip file.", code="not_a_feed") from error
        entries = [entry for entry in self._zip.infolist() if entry.filename.endswith(".txt")]
        if sum(entry.file_size for entry in entries) > MAX_BYTES:
            raise Invalid(f"{path.name} is larger than any timetable we know.", code="too_large")
        self.names = {PurePosixPath(entry.filename).name: entry for entry in entries}
        self.account: dict[str, TableCount] = {}

    def rows(self, name: str, *needed: str) -> Iterator[Row]:
        """The rows of a file with all its columns; a row shorter than the header is filled with
        nothing.

        Rows are counted; one with more cells than the header, or without a needed value, is left
        out here.
        """
        count = self.account.setdefault(name, TableCount())
        if name not in self.names:
            return
        with self._zip.open(self.names[name]) as raw:
            reader = csv.reader(io.TextIOWrapper(raw, "utf-8-sig", newline=""))
            try:
                header = [column.strip() for column in next(reader, [])]
                for cells in reader:
                    count.rows += 1
                    row = _row(header, cells)
                    reason = _fault(row, cells, header, needed)
                    if reason:
                        count.left_out[reason] += 1
                    else:
                        yield row
            except (csv.Error, UnicodeDecodeError, zipfile.BadZipFile) as error:
                raise Invalid(f"{name} cannot be read: {error}", code="not_a_feed") from error

    def pass_over(self, used: set[str]) -> None:
        """Count the rows of the files that are not used."""
        for name in sorted(self.names.keys() - used):
            for _ in self.rows(name):
                self.account[name].left_out["file not used"] += 1

    def close(self) -> None:
        """Close the zip."""
        self._zip.close()


def _row(header: list[str], cells: list[str]) -> Row:
    # Many exporters drop trailing empty cells.
    filled = cells + [""] * (len(header) - len(cells))
    return {column: cell.strip() for column, cell in zip(header, filled, strict=False)}


def _fault(row: Row, cells: list[str], header: list[str], needed: tuple[str, ...]) -> str | None:
    if not any(cells):
        return "blank line"
    if len(cells) > len(header):
        return "more cells than columns"
    missing = next((column for column in needed if not row.get(column)), None)
    return f"no {missing}" if missing else None
