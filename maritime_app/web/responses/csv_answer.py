"""Tables as files of comma-separated values (RFC 4180), which spreadsheets open safely."""

import csv
import io
from collections.abc import Iterable, Sequence

from aiohttp import web

from maritime_app.csv_cells import cell


def csv_answer(
    filename: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> web.Response:
    """Return the rows as a file to keep; no text in it is a formula, no cache keeps it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(value) for value in row])
    return web.Response(
        body=out.getvalue().encode("utf-8-sig"),  # by the mark Excel knows that it is UTF-8
        content_type="text/csv",
        charset="utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{filename}"',
            "Cache-Control": "no-store",
        },
    )
