"""Tables and progress bars on a terminal; words on standard error, so that standard output can be
taken by a script.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from maritime_app.infra.telemetry import log
from maritime_app.infra.telemetry.unfailing import Unfailing

_UNCUT = 160  # where nobody looks at the output, lines are not cut to a terminal's width

Report = Callable[[int, int], None]


def say(words: str) -> None:
    """Write a line to standard error, after what was logged, if that takes any."""
    log.written()
    Unfailing(sys.stderr).write(words + "\n")


def announce(words: str) -> None:
    """Write a line to standard output, if that takes any: a role goes on without."""
    Unfailing(sys.stdout).write(words + "\n")


def print_secret(secret: str, words: str) -> None:
    """Write what it is to standard error, and the secret alone to standard output."""
    say(words)
    sys.stdout.write(secret + "\n")


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, title: str = "") -> None:
    """Print rows of plain text in columns."""
    from rich.console import Console  # 70 ms to import: a role that prints no table waits for none
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:
        console = Console(width=_UNCUT)
    table = Table(*heads, title=title or None, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(Text, row))  # names and labels are no markup
    console.print(table)


@contextmanager
def progress(title: str) -> Iterator[Report]:
    """Show a bar on standard error; the block calls what it is given with (done, total)."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
