"""Tables of a feed to a zip; the same rows are the same bytes. Pure."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

Row = Sequence[object]
_PACKED_AT: Final = (1980, 1, 1, 0, 0, 0)


def packed(files: Mapping[str, tuple[Sequence[str], Iterable[Row]]]) -> bytes:
    """Return the feed as a zip, out of the columns and rows of each file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (columns, rows) in files.items():
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(rows)
            entry = zipfile.ZipInfo(name, _PACKED_AT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.getvalue().encode())
    return out.getvalue()
