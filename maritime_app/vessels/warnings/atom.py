"""Warnings as entries of an Atom feed. Pure."""

from collections.abc import Iterator

from maritime_app.vessels.events.atom import AtomEntry
from maritime_app.vessels.warnings.responses import WarningsResponse


def entries(answer: WarningsResponse, public_url: str) -> Iterator[AtomEntry]:
    """Yield an entry for each, which leads to its row in the list."""
    for warning in answer.warnings:
        yield AtomEntry(
            id=warning.id,
            title=f"{warning.title} ({warning.publisher})",
            summary=warning.text,
            updated=warning.issued_at,
            link=f"{public_url}/vessels/warnings#w-{warning.id}",
            invented=warning.invented,
            published=warning.issued_at,
        )
