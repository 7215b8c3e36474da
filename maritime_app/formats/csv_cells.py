"""Tables as files of comma-separated values (RFC 4180), which every spreadsheet opens: accents
right, values written as JSON writes them, and no formula. Pure.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

MEDIA_TYPE: Final = "text/csv"

# Without this mark Excel reads UTF-8 as the country's old code page: "GdaÅ„sk".
_MARK: Final = "utf-8-sig"
# A spreadsheet would take text that begins like this for a formula
# (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Where a semicolon parts cells (German, French, Greek Excel), a line with commas is one cell, its
# quotes are letters, and what follows a semicolon or a line end within begins a cell of its own.
_LATER: Final = re.compile(r"(?<=[;\t\r\n])(?=[=+\-@＝＋－＠])")
_NEGATIVE: Final = re.compile(r"-\d+(\.\d+)?", re.ASCII)


def table(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> bytes:
    """Return the file: a header of these columns, and the rows below it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    said = _Texts()
    writer.writerows(
        [said[value] if type(value) is str else cell(value) for value in row] for row in rows
    )
    return out.getvalue().encode(_MARK)


def keyed_table(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    """Return the same of rows by column; what a row lacks is empty."""
    return table(columns, ([row.get(column) for column in columns] for row in rows))


class _Texts(dict[str, object]):
    """The cells of one file by their text: the same publisher, licence and instant stand in each
    row, and looking each through took three quarters of the time.
    """

    def __missing__(self, text: str) -> object:
        made = self[text] = cell(text)
        return made


def cell(value: object) -> object:
    """Return what stands in the cell: nothing for None, true and false, instants in UTC with Z,
    lists with spaces between their parts; a negative amount stays a number.
    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case list() | tuple():
            return cell(" ".join(map(str, value)))
        case str() if not _NEGATIVE.fullmatch(value):
            text = _LATER.sub("'", value)
            return "'" + text if text.startswith(_FORMULA) else text
        case _:
            return value
