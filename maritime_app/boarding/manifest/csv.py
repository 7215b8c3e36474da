"""Pure: the passenger list and the loading list as tables."""

from collections.abc import Iterator

from maritime_app.boarding.manifest.model import Manifest
from maritime_app.formats import csv_cells

CONTENT_TYPE = f"{csv_cells.MEDIA_TYPE}; charset=utf-8; header=present"
_COLUMNS = (
    "family_name", "given_name", "gender", "nationality", "birth_date", "special_care",
    "emergency_contact", "booking", "passenger", "kind", "aboard_at", "resident_of",
    "proof_of_residence",
)  # fmt: skip
_VEHICLE_COLUMNS = (
    "kind", "plate", "length_cm", "height_cm", "weight_kg", "booking", "aboard_at",
)  # fmt: skip


def table(manifest: Manifest) -> bytes:
    """Return the list, one passenger a line; what is not known is empty."""
    return csv_cells.table(_COLUMNS, _passengers(manifest))


def vehicles(manifest: Manifest) -> bytes:
    """Return the loading list, one vehicle a line: lengths in centimetres, weights in kilograms."""
    return csv_cells.table(_VEHICLE_COLUMNS, _vehicles(manifest))


def _passengers(manifest: Manifest) -> Iterator[tuple[object, ...]]:
    for line in manifest.lines:
        care = " ".join(filter(None, (line.assistance, line.assistance_note)))
        yield (
            line.family_name,
            line.given_name,
            line.gender,
            line.nationality,
            line.birth_date,
            care,
            line.emergency_phone,
            line.reference,
            line.number,
            line.kind,
            line.admitted_at and line.admitted_at.replace(microsecond=0),
            line.discount.area if line.discount else None,
            " | ".join(line.discount.proofs) if line.discount else None,
        )


def _vehicles(manifest: Manifest) -> Iterator[tuple[object, ...]]:
    for line in manifest.vehicles:
        yield (
            line.kind,
            line.plate,
            line.length_cm,
            line.height_cm,
            line.weight_kg,
            line.reference,
            line.admitted_at and line.admitted_at.replace(microsecond=0),
        )
