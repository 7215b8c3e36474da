"""What processes say to each other when tags are bumped: words between spaces.

A word is a quoted tag or, after a sign that quoting leaves in no tag, the id of the committed
change that it is about (infra/cache_changes.py).
"""

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, unquote
from uuid import UUID

# A process of a version before changes had ids takes such a word for a tag that nothing carries.
_CHANGE: Final = "#"


def written(tag: str) -> str:
    """Return a tag as it is written between spaces: one with a line end (an id from a timetable
    may have one) would end the record's header, and its rest would be served as the answer.
    """
    return quote(tag, safe=":/~-._@+,=!*")


def encode(tags: Iterable[str], changes: Iterable[UUID]) -> str:
    """Return the message about these tags."""
    return " ".join([*map(written, tags), *(f"{_CHANGE}{change}" for change in changes)])


def decode(message: bytes) -> tuple[list[str], list[UUID]]:
    """Return the tags of a message, and the changes that it is about."""
    words = message.decode().split(" ")
    tags = [unquote(word) for word in words if not word.startswith(_CHANGE)]
    return tags, [UUID(word[1:]) for word in words if word.startswith(_CHANGE)]
