"""Pure: an operator's code of what is called so."""

import re
import unicodedata

_OPERATOR_LENGTH, _NAME_LENGTH = 19, 40


def code_of(operator: str, name: str) -> str | None:
    """Return "aeg_parking_at_the_port"; None for a name without any Latin letter or digit."""
    whose, called = _plain(operator)[:_OPERATOR_LENGTH], _plain(name)[:_NAME_LENGTH].strip("_")
    return f"{whose}_{called}" if whose and called else None


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")
