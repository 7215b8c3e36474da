"""Tables as files to keep, as `csv_cells` writes them."""

from collections.abc import Iterable, Sequence

from aiohttp import web

from maritime_app.formats import csv_cells


def csv_answer(
    filename: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> web.Response:
    """Return the rows as a file to keep, which no cache keeps."""
    return web.Response(
        body=csv_cells.table(columns, rows),
        content_type=csv_cells.MEDIA_TYPE,
        charset="utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{filename}"',
            "Cache-Control": "no-store",
        },
    )
