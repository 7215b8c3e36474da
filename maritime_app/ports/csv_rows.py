"""Rows of figures as CSV. Pure."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from maritime_app.csv_cells import cell


def rows_csv(keys: Sequence[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    """Return the rows below a header of these keys; each row has all of them."""
    out = io.StringIO()
    writer = csv.DictWriter(out, keys, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: cell(value) for key, value in row.items()})
    return out.getvalue().encode()
