"""Pure: the list of common vehicles, read once, and found by what people type."""

import csv
import unicodedata
from functools import cache
from pathlib import Path

import msgspec

from maritime_app.ferries.model import VehicleKind
from maritime_app.ferries.vehicle_models.model import VehicleModel

SOURCE = (
    "Entered by hand as a help for filling in, not checked against the makers' data sheets;"
    " measures rounded up to 5 cm, weights to 50 kg. What is measured at the quay counts."
)
_FILE = Path(__file__).with_name("models.csv")


@cache
def models() -> tuple[VehicleModel, ...]:
    """Return the whole list, by kind, make and model."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return tuple(msgspec.convert(row, VehicleModel, strict=False) for row in rows)


def named(name: str) -> VehicleModel | None:
    """Return the model of exactly that name, whatever its case and accents, with or without its
    year; None where there is none, or where several are meant.
    """
    wanted = _folded(name)
    found = [one for one in models() if wanted in (_folded(one.name), _folded(_plain(one)))]
    return found[0] if len(found) == 1 else None


def matching(words: str, kind: VehicleKind | None = None) -> tuple[VehicleModel, ...]:
    """Return the models of that kind whose names have all of the words as parts."""
    parts = _folded(words).split()
    return tuple(
        one
        for one in models()
        if kind in (None, one.kind) and all(part in _folded(one.name) for part in parts)
    )


def _plain(model: VehicleModel) -> str:
    return f"{model.make} {model.model}"


def _folded(text: str) -> str:
    """Return the text without case, accents and doubled spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())
