"""Parts of pages that say the same to everybody who reads a language: rendered once."""

from collections.abc import Callable, Hashable
from typing import Final

from markupsafe import Markup

from maritime_app import i18n

# The longest has thirty kilobytes: all together stay below fifteen megabytes.
_MOST: Final = 500


class KeptParts:
    """What templates call as `{% call kept_part("name", ...) %}...{% endcall %}`."""

    def __init__(self) -> None:
        self._parts: dict[tuple[Hashable, ...], Markup] = {}  # the one used last comes last

    def __call__(self, name: str, *values: Hashable, caller: Callable[[], Markup]) -> Markup:
        """Return the part as it was rendered for that name, these values and the reader's language.

        Whatever else it wrote (a person, an address, a moment) would be somebody else's.
        """
        key = (i18n.current(), name, *values)
        part = self._parts.pop(key, None)
        if part is None:
            part = caller()
        if len(self._parts) >= _MOST:
            del self._parts[next(iter(self._parts))]
        self._parts[key] = part
        return part


def render_each_time(_name: str, *_values: Hashable, caller: Callable[[], Markup]) -> Markup:
    """Return the part as its template says now, for whoever is changing that."""
    return caller()
