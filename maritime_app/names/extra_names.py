"""What extras are called that an operator has added to those that everybody sells.

One catalogue for a process, as of the names of ports: ferries/extra_kinds/names.py fills it; pages,
mails and tickets ask it.
"""

from collections.abc import Mapping

from maritime_app import i18n

_names: dict[str, Mapping[str, str]] = {}  # by code, then by language


def replace(names: Mapping[str, Mapping[str, str]]) -> None:
    """Let these be all that is known."""
    _names.clear()
    add(names)


def add(names: Mapping[str, Mapping[str, str]]) -> None:
    """Let these extras be called so; of the others stays what is known."""
    _names.update(names)


def extra_name(code: str) -> str | None:
    """Return what it is called in the reader's language, else in English; None: nobody added it."""
    names = _names.get(code, {})
    return names.get(i18n.current()) or names.get(i18n.DEFAULT)


def codes() -> list[str]:
    """Return the extras that are known, in the order of their codes."""
    return sorted(_names)
