"""Pure: the passenger list as a table (RFC 4180), with a byte order mark so that spreadsheets read
names of every script.
"""

import csv
import io

from maritime_app.boarding.manifest.model import Manifest

CONTENT_TYPE = "text/csv; charset=utf-8; header=present"
_COLUMNS = (
    "family_name", "given_name", "gender", "nationality", "birth_date", "special_care",
    "emergency_contact", "booking", "passenger", "kind", "aboard_at",
)  # fmt: skip
# A spreadsheet takes a cell that begins like this for a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(manifest: Manifest) -> bytes:
    """Return the list, one passenger a line; what is not known is empty."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for line in manifest.lines:
        care = " ".join(filter(None, (line.assistance, line.assistance_note)))
        cells = (
            line.family_name,
            line.given_name,
            line.gender or "",
            line.nationality or "",
            line.birth_date.isoformat() if line.birth_date else "",
            care,
            line.emergency_phone or "",
            line.reference,
            str(line.number),
            line.kind,
            line.admitted_at.isoformat(timespec="seconds") if line.admitted_at else "",
        )
        writer.writerow([_text(cell) for cell in cells])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
