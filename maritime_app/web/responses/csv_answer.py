"""Tables as files of comma-separated values (RFC 4180), which spreadsheets open safely."""

import csv
import io
from collections.abc import Iterable, Sequence

from aiohttp import web

# A spreadsheet would take text that begins like this for a formula
# (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_answer(
    filename: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> web.Response:
    """Return the rows as a file to keep; no text in it is a formula, no cache keeps it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_safe(cell) for cell in row])
    return web.Response(
        body=out.getvalue().encode("utf-8-sig"),  # by the mark Excel knows that it is UTF-8
        content_type="text/csv",
        charset="utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{filename}"',
            "Cache-Control": "no-store",
        },
    )


def _safe(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return "'" + cell
    return "" if cell is None else cell
