"""The tasks as docs/usability.md has them, between two marks."""

from collections.abc import Sequence
from typing import Protocol

from bench.running_copy import ROOT

_PAGE = ROOT / "docs" / "usability.md"
_BEGIN, _END = "<!-- tasks: written by make walk -->", "<!-- end of tasks -->"


class Counted(Protocol):
    """What a task took."""

    wish: str
    clicks: int
    fields: int
    pages: int


def renew(counts: Sequence[Counted]) -> None:
    """Write the table anew; the text around it stays."""
    before, _begin, rest = _PAGE.read_text().partition(_BEGIN)
    _old, _end, after = rest.partition(_END)
    lines = ["| task | clicks | fields | pages |", "|---|--:|--:|--:|"]
    lines += [f"| {one.wish} | {one.clicks} | {one.fields} | {one.pages} |" for one in counts]
    _PAGE.write_text("\n".join([before + _BEGIN, "", *lines, "", _END + after]))
