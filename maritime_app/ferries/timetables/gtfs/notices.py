"""What became of every row of a feed, under the names of MobilityData's validator rules.

Rules: github.com/MobilityData/gtfs-validator, RULES.md. A row that breaks none but is not used here
has no rule.
"""

from collections import Counter
from dataclasses import dataclass, field

import msgspec


class LeftOut(msgspec.Struct, frozen=True):
    """Rows of one file that were left out for one reason; `first_line` is where to look."""

    file: str
    words: str
    rows: int
    rule: str = ""
    first_line: int = 0


class Note(msgspec.Struct, frozen=True):
    """Something about a file that a reader of the report should know."""

    words: str
    rule: str = ""


@dataclass(slots=True)
class FileCount:
    """How the rows of one file ended: rows == kept + those left out."""

    rows: int = 0
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)  # words, rule
    first_lines: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def kept(self) -> int:
        """Return how many rows are used."""
        return self.rows - self.left_out.total()


@dataclass(slots=True)
class Notices:
    """The account of a whole feed."""

    files: dict[str, FileCount] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def file(self, name: str) -> FileCount:
        """Return the count of a file, begun if need be."""
        return self.files.setdefault(name, FileCount())

    def leave_out(
        self, name: str, words: str, rule: str = "", *, line: int = 0, rows: int = 1
    ) -> None:
        """Count rows of that file as left out."""
        if not rows:
            return
        count = self.file(name)
        count.left_out[words, rule] += rows
        count.first_lines.setdefault((words, rule), line)

    def note(self, words: str, rule: str = "") -> None:
        """Say something once."""
        note = Note(words, rule)
        if note not in self.notes:
            self.notes.append(note)

    @property
    def rows(self) -> int:
        """Return how many rows were read of all files."""
        return sum(count.rows for count in self.files.values())

    @property
    def kept(self) -> int:
        """Return how many of them are used."""
        return sum(count.kept for count in self.files.values())

    def left_out(self) -> tuple[LeftOut, ...]:
        """Return every reason with its rows, by file."""
        return tuple(
            LeftOut(name, words, rows, rule, count.first_lines[words, rule])
            for name, count in sorted(self.files.items())
            for (words, rule), rows in sorted(count.left_out.items())
        )
