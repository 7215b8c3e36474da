"""Values as cells of CSV: written as JSON writes them, and no formula. Pure."""

from datetime import UTC, datetime
from typing import Final

# A spreadsheet would take text that begins like this for a formula
# (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> object:
    """Return what stands in the cell: nothing for None, true and false, instants in UTC with Z."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case str() if value.startswith(_FORMULA):
            return "'" + value
        case _:
            return value
