"""The annex of the index, a spreadsheet (.xlsx) or a CSV of it, to rows of text, within limits.

Blocking: call it in a thread.
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

SHEET: Final = "Annex"
MOST_UNPACKED_BYTES: Final = 64 * 1024**2
_MOST_ROWS: Final = 20_000
_MOST_CELLS: Final = 200
_MOST_MEMBERS: Final = 500
# What openpyxl raises besides for what is no workbook: a ParseError is a SyntaxError.
_BROKEN: Final = (*DAMAGED_IN_MEMORY, LookupError, TypeError, AttributeError, SyntaxError)
_DECIMAL_COMMA: Final = re.compile(r"^-?\d+,\d+$", re.ASCII)
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
Row = list[str]


def sheets(content: bytes) -> Iterator[list[Row]]:
    """Yield the rows of each sheet, the one called Annex first; a CSV is one sheet.

    Raise Invalid for what is neither, and for what unpacks to more than any annex.
    """
    if not content.startswith(b"PK"):
        yield _csv_rows(content)
        return
    _check(content)
    import openpyxl  # a tenth of a second that no start needs

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        names = sorted(book.sheetnames, key=lambda name: name.strip().casefold() != SHEET.lower())
        for name in names:
            yield [
                [_text(cell) for cell in row]
                for row in book[name].iter_rows(
                    max_row=_MOST_ROWS, max_col=_MOST_CELLS, values_only=True
                )
            ]
    except _BROKEN as error:
        raise _unreadable() from error


def _check(content: bytes) -> None:
    """Refuse what would fill the memory before anything is unpacked."""
    try:
        members = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except DAMAGED_IN_MEMORY as error:
        raise _unreadable() from error
    if len(members) > _MOST_MEMBERS or sum(each.file_size for each in members) > (
        MOST_UNPACKED_BYTES
    ):
        raise Invalid("This is larger than any annex of the index.", code="not_a_table")


def _csv_rows(content: bytes) -> list[Row]:
    try:
        utf_16 = content.startswith(_UTF_16)
        text = content.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    first = text.partition("\n")[0]
    mark = max((",", ";", "\t"), key=first.count)
    try:
        rows = list(csv_rows.whole(io.StringIO(text.replace("\x00", "")), mark))
    except csv.Error as error:
        raise _unreadable() from error
    # Who parts cells by other marks writes the comma of "12,345" as others write a point.
    return rows if mark == "," else [list(map(_with_point, row)) for row in rows]


def _with_point(cell: str) -> str:
    return cell.replace(",", ".") if _DECIMAL_COMMA.match(cell.strip()) else cell


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return repr(cell)
    return str(cell).replace("\x00", "").strip()


def _unreadable() -> Invalid:
    return Invalid("This is no spreadsheet that can be read.", code="not_a_table")
