"""Pure: the extras that were bought, in words."""

from collections.abc import Mapping

from maritime_app import formatting
from maritime_app.ferries.fares.rules import EXTRA


def extras_words(extras: Mapping[str, int]) -> tuple[str, ...]:
    """Return each with its number, such as "2 × Dinner"."""
    return tuple(formatting.counted_item(f"{EXTRA}{kind}", count) for kind, count in extras.items())
