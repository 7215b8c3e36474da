"""Pure: the passenger list and the loading list as tables (RFC 4180), with a byte order mark so
that spreadsheets read names of every script.
"""

import csv
import io

from maritime_app.boarding.manifest.model import Manifest

CONTENT_TYPE = "text/csv; charset=utf-8; header=present"
_COLUMNS = (
    "family_name", "given_name", "gender", "nationality", "birth_date", "special_care",
    "emergency_contact", "booking", "passenger", "kind", "aboard_at", "resident_of",
    "proof_of_residence",
)  # fmt: skip
_VEHICLE_COLUMNS = (
    "kind", "plate", "length_cm", "height_cm", "weight_kg", "booking", "aboard_at",
)  # fmt: skip
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
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
            line.discount.area if line.discount else "",
            " | ".join(line.discount.proofs) if line.discount else "",
        )
        writer.writerow([_text(cell) for cell in cells])
    return _BYTE_ORDER_MARK + out.getvalue().encode()


def vehicles(manifest: Manifest) -> bytes:
    """Return the loading list, one vehicle a line: lengths in centimetres, weights in kilograms."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_VEHICLE_COLUMNS)
    for line in manifest.vehicles:
        cells = (
            line.kind,
            line.plate or "",
            str(line.length_cm),
            str(line.height_cm),
            str(line.weight_kg or ""),
            line.reference,
            line.admitted_at.isoformat(timespec="seconds") if line.admitted_at else "",
        )
        writer.writerow([_text(cell) for cell in cells])
    return _BYTE_ORDER_MARK + out.getvalue().encode()


def _text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
