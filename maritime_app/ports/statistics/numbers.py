"""A figure as it stands in a cell: by the publisher, or as a spreadsheet saved it. Pure."""

import math
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from msgspec import Struct

# What spreadsheets and statisticians write where there is no figure.
_NO_FIGURE = {
    *("#n/a", "n/a", "na", "#null!", "null", "nan", "..", "...", "…", "-", "–", "—", "_", ":"),
}
# No thousands follow a zero: "0,123" is a decimal comma.
_GROUPED = re.compile(r"^-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$", re.ASCII)
_GROUPED_BY_POINTS = re.compile(r"^-?[1-9]\d{0,2}(\.\d{3})+,\d+$", re.ASCII)
_GROUPED_BY_SPACES = re.compile(r"^-?\d{1,3}([ \u00a0\u2009\u202f'’]\d{3})+([.,]\d+)?$")


class Cell(Struct, frozen=True):
    """A figure, or why there is none: `blank`, or `fault` in words. `note` says what was meant."""

    value: float | None = None
    blank: bool = False
    fault: str = ""
    note: str = ""


def read_cell(
    text: str,
    decimals: int | None,
    limits: tuple[float, float] | None,
    *,
    decimal_comma: bool = False,
) -> Cell:
    """Return the figure rounded to `decimals`, within what its measure can be.

    `decimal_comma`: a comma that could separate thousands as well is a decimal one, because the
    cells are not separated by commas.
    """
    text = text.strip()
    if not text:
        return Cell(blank=True)
    if text.casefold() in _NO_FIGURE:
        return Cell(fault=f"missing ({text})")
    plain, note = _plain(text, decimal_comma)
    if "_" in plain or not plain.isascii():  # Python reads 1_000 and other scripts' digits
        return Cell(fault="unreadable figure")
    try:
        value = float(plain)
        if decimals is not None and len(plain.partition(".")[2]) > decimals:
            value = float(Decimal(plain).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
    except (ValueError, InvalidOperation):
        return Cell(fault="unreadable figure")
    if not math.isfinite(value):
        return Cell(fault="unreadable figure")
    if limits and not limits[0] <= value <= limits[1]:
        return Cell(fault=f"below {limits[0]:g}" if value < limits[0] else f"above {limits[1]:g}")
    return Cell(value + 0.0, note=note)  # never -0


def _plain(text: str, decimal_comma: bool) -> tuple[str, str]:
    """Return the number as a program writes it, and what was done to it."""
    if _GROUPED.match(text) and not (decimal_comma and text.count(",") == 1 and "." not in text):
        return text.replace(",", ""), "figures with separated thousands are read"
    if _GROUPED_BY_POINTS.match(text):
        plain = text.replace(".", "").replace(",", ".")
        return plain, "figures with separated thousands and decimal commas are read"
    if _GROUPED_BY_SPACES.match(text):
        plain = re.sub(r"[ \u00a0\u2009\u202f'’]", "", text).replace(",", ".")
        return plain, "figures with separated thousands are read"
    if text.count(",") == 1 and "." not in text:
        return text.replace(",", "."), "figures with decimal commas are read"
    return text, ""
