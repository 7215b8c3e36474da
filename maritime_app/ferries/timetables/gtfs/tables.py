"""A zip of text files to rows by column name, in bounded memory. Blocking: call it in a thread.

What can be meant in one way only is read with a note (other separators, capitals in names, a
folder in the zip); anything else is refused in words.
"""

import csv
import io
import re
import stat
import zipfile
from collections.abc import Container, Generator, Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path, PurePosixPath

from maritime_app.errors import Invalid
from maritime_app.ferries.timetables.gtfs import formats
from maritime_app.ferries.timetables.gtfs.notices import FileCount, Notices
from maritime_app.formats import csv_rows
from maritime_app.formats.zip_errors import DAMAGED

MAX_TABLE_BYTES = 256 * 1024**2  # of a table that is held in memory
MAX_CALLS_BYTES = 8 * 1024**3  # of stop_times.txt, which is only passed through
MAX_LINE_CHARACTERS = 1024**2
MAX_ENTRIES = 2_000
STOP_TIMES = "stop_times.txt"
_CONTROL = re.compile(r"[\x01-\x1f\x7f-\x9f\u2028\u2029]")
# Windows packs what is very large with Deflate64, which no free library of ours reads.
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_LOCKED = 0x1  # of a zip entry's flags (APPNOTE.TXT, 4.4.4)
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
Row = dict[str, str]


class Tables:
    """The text files of a feed. Raise Invalid for what is no such zip."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.notices = Notices()
        self._line = 0
        self._open = ExitStack()
        try:
            self._zip = self._open.enter_context(zipfile.ZipFile(path))
        except DAMAGED as error:
            raise self.refusal("it is not a zip file") from error
        self._entries = self._find_entries()

    def close(self) -> None:
        """Close what is open."""
        self._open.close()

    def refusal(self, words: str, rule: str = "") -> Invalid:
        """Return the error that refuses the whole file."""
        named = f" ({rule})" if rule else ""
        return Invalid(f"{self.name} is refused: {words}{named}.", code="not_a_feed")

    def has(self, name: str) -> bool:
        """Return whether there is such a file."""
        return name in self._entries

    def require(self, *names: str) -> None:
        """Raise Invalid for a file that the specification requires and that is not there."""
        missing = [name for name in names if name not in self._entries]
        if len(missing) == len(names):
            raise self.refusal(f"there is no timetable in it{self._inner_zip()}")
        if missing:
            raise self.refusal(f"there is no {' and no '.join(missing)}", "missing_required_file")

    def rows(
        self, name: str, *needed: str, only: Container[str] | None = None, shown: bool = True
    ) -> Iterator[Row]:
        """Yield the rows of a file with all its columns; short rows are filled up with nothing.

        A row with more cells than columns, with a NUL, or without a needed value is left out here.
        `only` are the values of the first needed column that are wanted: what else there is, is
        counted and passed by at once, because a national feed has millions of such rows.
        Of a file that is not `shown` no row is counted; what is wrong with one is noted.
        Raise Invalid for a column that is missing, and for what cannot be read.
        """
        count = self.notices.file(name) if shown else FileCount()
        checks, passed = formats.CHECKS.get(name, {}), 0
        parsed = self._parsed(name, needed)
        columns = next(parsed, [])
        key = columns.index(needed[0]) if columns and needed else 0
        for cells in parsed:
            count.rows += 1
            if only is not None and len(cells) > key and cells[key].strip() not in only:
                passed += 1
                continue
            row = self._row(name, columns, cells)
            fault = _fault(row, cells, columns, needed)
            self._note_formats(name, row, checks)
            if not fault:
                yield row
            elif shown:
                self.leave_out(name, *fault)
            else:
                self.notices.note(f"{name}: {fault[0]}", fault[1])
        if shown:
            self.notices.leave_out(name, "not of a trip that is used", rows=passed)

    def _row(self, name: str, columns: list[str], cells: list[str]) -> Row:
        """Return the values by column, each on one line and without control characters."""
        # Many exporters drop trailing empty cells.
        filled = cells + [""] * (len(columns) - len(cells))
        row = {column: cell.strip() for column, cell in zip(columns, filled, strict=False)}
        if "".join(cells).isprintable():  # as nearly every row is
            return row
        one_line = {column: _one_line(value) for column, value in row.items()}
        if one_line != row:
            words = f"{name}: line breaks and control characters in a value are taken for spaces"
            self.notices.note(words, "new_line_in_value")
        return one_line

    def _parsed(self, name: str, needed: tuple[str, ...]) -> Iterator[list[str]]:
        """Yield the columns, then the cells of every row; nothing of a file that is not there."""
        if name not in self._entries:
            return
        self._line = 0
        try:
            separator = self._separator(name)
            lines = self._open.enter_context(closing(self._lines(name)))
            found = csv_rows.numbered(lines, separator, skip_spaces=True)
            yield self._columns(name, self._header(name, found), needed)
            for self._line, cells in found:
                yield cells
        except UnicodeDecodeError as error:
            raise self._not_utf8(name) from error
        except csv.Error as error:
            where = f"{name}, line {self._line + 1}"
            raise self.refusal(f"{where} cannot be read", "csv_parsing_failed") from error
        except DAMAGED as error:
            raise self.refusal(f"it is damaged at {name}") from error

    def _not_utf8(self, name: str) -> Invalid:
        return self.refusal(f"{name} is not UTF-8 text: save it as such", "invalid_character")

    def _note_formats(self, name: str, row: Row, checks: Mapping[str, formats.Check]) -> None:
        """Note values that are not what their column asks for."""
        for column, check in checks.items():
            if row.get(column) and not check.fits(row[column]):
                self.notices.note(f"{name}: {column} that is not {check.what}", check.rule)

    @property
    def line(self) -> int:
        """Return the line of the row that was yielded last."""
        return self._line

    def leave_out(self, name: str, words: str, rule: str = "") -> None:
        """Count the row that was yielded last as left out."""
        self.notices.leave_out(name, words, rule, line=self._line)

    def note_unused(self, used: set[str]) -> None:
        """Name the files that are not read."""
        unused = sorted(self._entries.keys() - used)
        if unused:
            self.notices.note(f"not used: {', '.join(unused[:20])}")

    def _find_entries(self) -> dict[str, zipfile.ZipInfo]:
        """The text files by name: of several copies the one that is least deep in folders."""
        listed = self._zip.infolist()
        if len(listed) > MAX_ENTRIES:
            raise self.refusal(f"it has {len(listed)} files")
        found: dict[str, zipfile.ZipInfo] = {}
        paths = [_path(entry) for entry in listed]
        shallow_first = sorted(zip(paths, listed, strict=True), key=lambda each: len(each[0].parts))
        for path, entry in shallow_first:
            name = path.name.lower()
            if path.suffix.lower() != ".txt" or "__MACOSX" in path.parts or name.startswith("._"):
                continue
            if name in found:
                self._pass_by(found[name], entry)
                continue
            self._check(entry)
            found[name] = entry
            if path.name != name:
                self.notices.note(f"read {path.name} as {name}", "mixed_case_recommended_field")
            if len(path.parts) > 1:
                words = f"the files are in the folder {path.parent}"
                self.notices.note(words, "invalid_input_files_in_subfolder")
        return found

    def _pass_by(self, read: zipfile.ZipInfo, entry: zipfile.ZipInfo) -> None:
        """Note a second copy; raise Invalid for a timetable beside the one that would be read."""
        one, other = (_path(each) for each in (read, entry))
        if one.name.lower() == STOP_TIMES and len(one.parts) == len(other.parts) > 1:
            words = f"two timetables are in it, in {one.parent} and in {other.parent}"
            raise self.refusal(f"{words}: pack each on its own")
        self.notices.note(f"not read: {entry.filename}, a second copy")

    def _check(self, entry: zipfile.ZipInfo) -> None:
        """Raise Invalid for what is in the zip, but not to be read."""
        if entry.compress_type not in _PACKINGS:
            words = f"{entry.filename} is packed by a method that is not read here"
            raise self.refusal(f"{words} (number {entry.compress_type}): pack it with Deflate")
        if entry.flag_bits & _LOCKED:
            raise self.refusal(f"{entry.filename} is locked with a password")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise self.refusal(f"{entry.filename} is a link to another file, which is not in it")

    def _inner_zip(self) -> str:
        inner = [each.filename for each in self._zip.infolist() if each.filename.endswith(".zip")]
        return f", but another zip: {inner[0]}; unpack it first" if inner else ""

    def _lines(self, name: str) -> Generator[str, None, None]:
        """Yield lines; no line and no file is read beyond its bound."""
        entry = self._entries[name]
        limit = MAX_CALLS_BYTES if name == STOP_TIMES else MAX_TABLE_BYTES
        read = 0
        with self._zip.open(entry) as raw:
            mark = raw.read(2)
            raw.seek(0)
            encoding = "utf-8-sig"
            if mark in (b"\xff\xfe", b"\xfe\xff"):
                encoding = "utf-16"
                self.notices.note(f"{name} is UTF-16", "invalid_character")
            text = io.TextIOWrapper(raw, encoding, newline="")
            while line := text.readline(MAX_LINE_CHARACTERS):
                read += len(line)
                if read > limit:
                    raise self.refusal(
                        f"{name} is larger than any timetable known", "too_many_rows"
                    )
                if len(line) == MAX_LINE_CHARACTERS:
                    raise self.refusal(f"{name} has a line without end", "csv_parsing_failed")
                yield line

    def _separator(self, name: str) -> str:
        with closing(self._lines(name)) as lines:
            header = next((line for line in lines if line.strip()), "")
        if "\x00" in header:  # UTF-16 without its mark
            raise self._not_utf8(name)
        if "," in header:
            return ","
        other = next((mark for mark in _SEPARATORS if mark in header), ",")
        if other != ",":
            self.notices.note(f"{name} is separated by {_SEPARATORS[other]}", "csv_parsing_failed")
        return other

    def _header(self, name: str, rows: Iterator[tuple[int, list[str]]]) -> list[str]:
        """Return the names of the columns: the first row in which something stands."""
        for self._line, cells in rows:
            if any(cell.strip() for cell in cells):
                return cells
            self.notices.note(f"{name} begins with a blank line", "empty_row")
        return []

    def _columns(self, name: str, header: list[str], needed: tuple[str, ...]) -> list[str]:
        columns = [column.strip().lower() for column in header]
        if columns != [column.strip() for column in header]:
            self.notices.note(f"{name} has capitals in the names of columns", "unknown_column")
        for number, column in enumerate(columns):
            if column and column in columns[:number]:
                words = f"{name} has the column {column} twice: the first one is read"
                self.notices.note(words, "duplicated_column")
                columns[number] = ""
        missing = [column for column in needed if column not in columns]
        if missing:
            words = f"{name} has no column {missing[0]}" if header else f"{name} is empty"
            raise self.refusal(words, "missing_required_column" if header else "empty_file")
        return columns


def _path(entry: zipfile.ZipInfo) -> PurePosixPath:
    # Some programs for Windows pack the separator of its folders.
    return PurePosixPath(entry.filename.replace("\\", "/"))


def _one_line(value: str) -> str:
    return " ".join(_CONTROL.sub(" ", value).split()) if _CONTROL.search(value) else value


def _fault(
    row: Row, cells: list[str], columns: list[str], needed: tuple[str, ...]
) -> tuple[str, str] | None:
    """Return why the row cannot be used, in words and as a rule."""
    if not any(cells):
        return "blank line", "empty_row"
    if any(cells[len(columns) :]):
        return "more cells than columns", "invalid_row_length"
    if any("\x00" in cell for cell in cells):
        return "a NUL in it", "invalid_character"
    missing = next((column for column in needed if not row[column]), None)
    return (f"no {missing}", "missing_required_field") if missing else None
