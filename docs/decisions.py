"""Keep docs/decisions.md in order: `make docs`.

An entry may be a paragraph, `**2026-11-25. Title.** Text ...`, or stand under a heading, with the
date first. Either way it comes out under a heading, wrapped at 100 columns, and in the index with
what would fail if it were undone: the tests and bench parts that its text names.
"""

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).resolve().parent / "decisions.md"
INTRODUCTION = """# Decisions

What was decided, when, the figure or failure behind it, and what fails if it is undone. The index
is by the area whose tests would fail; the entries stand by date, the oldest first. Figures are
ratios measured in one run on one small machine. A new entry goes to the end as a paragraph,
`**2026-11-25. Title.** Why ... Fails if undone:` and a test or bench part; `make docs` gives it its
heading and its line in the index, `tests/test_docs.py` looks whether the test exists.
"""
_EVERYWHERE = "The whole project"
# Folders of tests that a reader would not look for by their own name.
_AREAS = {
    "tests": _EVERYWHERE,
    "ops": "Operations",
    "infra": "Servers, cache and processes",
    "web": "Requests, pages and forms",
    "pages": "Requests, pages and forms",
    "outside_data": "Data of outside services",
    "sandbox": "The sandbox",
    "cli": "Commands and starts",
    "js": "Scripts of pages",
    "ferries": "Ferries: timetables, sailings, fares, search",
    "vessels": "Vessels: reports, map, tracks, predictions",
    "ports": "Ports and their figures",
    "accounts": "Staff, sessions and tokens",
    "agents": "Programs that act for people",
    "deploy": "Images and packages",
    "jobs": "Tasks",
}
_PARAGRAPH = re.compile(r"^\*\*(\d{4}-\d\d-\d\d)\. (.+?)\.?\*\* ", re.MULTILINE)
_HEADING = re.compile(r"^### (.+)\n\n(\d{4}-\d\d-\d\d)\. ", re.MULTILINE)
_PROOF = re.compile(r"`((?:tests|bench)/[^`\s]+)`")


class Decision(NamedTuple):
    """One entry; `text` is everything after the date."""

    date: str
    title: str
    text: str

    @property
    def proofs(self) -> list[str]:
        """The tests and bench parts that the text names."""
        return _PROOF.findall(self.text)

    @property
    def area(self) -> str:
        """The folder of tests in which it would fail first."""
        path = Path(self.proofs[0]) if self.proofs else Path("tests")
        if path.parts[0] == "bench":
            return "Measured, attacked and broken on purpose"
        folder = path.parent.name
        return _AREAS.get(folder, folder.capitalize())

    @property
    def anchor(self) -> str:
        """The heading's address in the page, as GitHub makes it."""
        plain = re.sub(r"[^\w\- ]", "", self.title.lower())
        return plain.replace(" ", "-")


def entries(page: str) -> Iterator[Decision]:
    """Every entry of the page, whichever way it is written."""
    text = _PARAGRAPH.sub(r"### \2\n\n\1. ", page)
    starts = list(_HEADING.finditer(text))
    for found, following in zip(starts, [*starts[1:], None], strict=True):
        body = text[found.end() : following.start() if following else len(text)]
        yield Decision(found[2], found[1], " ".join(body.split()))


def written(page: str) -> str:
    """The page in order."""
    found = list({one.title: one for one in entries(page)}.values())  # of two the later one
    areas = sorted({one.area for one in found}, key=lambda area: (area != _EVERYWHERE, area))
    index = "\n".join(_table(area, [one for one in found if one.area == area]) for area in areas)
    sections = "\n".join(
        f"### {one.title}\n\n{_wrapped(f'{one.date}. {one.text}')}\n" for one in found
    )
    return f"{INTRODUCTION}\n## Index\n\n{index}\n## Entries\n\n{sections}"


def _table(area: str, decisions: list[Decision]) -> str:
    """The part of the index about one area."""
    rows = "".join(
        f"| {one.date} | [{one.title}](#{one.anchor}) | {', '.join(map(_code, one.proofs))} |\n"
        for one in decisions
    )
    return f"### {area}\n\n| date | decision | fails if undone |\n|---|---|---|\n{rows}"


def _code(proof: str) -> str:
    return f"`{proof.removeprefix('tests/')}`"


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, 100, break_long_words=False, break_on_hyphens=False))


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))
