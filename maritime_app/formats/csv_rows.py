"""Rows of tables as files of separated values, none of them swallowed by a quote that is left open.

Python's reader takes whatever follows such a quote for one value, line by line, until some other
quote or the end of the file: rows would be gone without a word. Pure.
"""

import csv
from collections.abc import Iterable, Iterator


def whole(
    lines: Iterable[str], delimiter: str = ",", *, skip_spaces: bool = False
) -> Iterator[list[str]]:
    """Yield the cells of every row; raise csv.Error where a value over several lines has no end.

    `skip_spaces`: those before a value are none of it.
    """
    return (cells for _line, cells in numbered(lines, delimiter, skip_spaces=skip_spaces))


def numbered(
    lines: Iterable[str], delimiter: str = ",", *, skip_spaces: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """Yield the same, each with the number of its last line."""
    taken: list[str] = []
    count = 0
    found = csv.reader(_noted(lines, taken), delimiter=delimiter, skipinitialspace=skip_spaces)
    for cells in found:
        count += len(taken)
        if len(taken) > 1:  # strictly: behind the closing quote stands nothing but the next cell
            again = csv.reader(
                taken, delimiter=delimiter, skipinitialspace=skip_spaces, strict=True
            )
            next(again)
        taken.clear()
        yield count, cells


def _noted(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line
