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

What was decided, when, the figure or failure behind it, and what fails if it is undone. Oldest
first. Figures are ratios measured in one run on one small machine. A new entry goes to the end as a
paragraph, `**2026-11-25. Title.** Why ... Fails if undone:` and a test or bench part; `make docs`
gives it its heading and its line in the index, `tests/test_docs.py` looks whether the test exists.
"""
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
    index = "\n".join(
        f"| {one.date} | [{one.title}](#{one.anchor}) | {', '.join(map(_code, one.proofs))} |"
        for one in found
    )
    sections = "\n".join(
        f"### {one.title}\n\n{_wrapped(f'{one.date}. {one.text}')}\n" for one in found
    )
    table = f"| date | decision | fails if undone |\n|---|---|---|\n{index}\n"
    return f"{INTRODUCTION}\n## Index\n\n{table}\n## Entries\n\n{sections}"


def _code(proof: str) -> str:
    return f"`{proof.removeprefix('tests/')}`"


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, 100, break_long_words=False, break_on_hyphens=False))


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))
