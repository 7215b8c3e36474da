"""The one-shot commands: imports with a progress bar and a report, the task self-test; staff and
tokens.
"""

import argparse
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from maritime_app import domains
from maritime_app.cli import staff as accounts
from maritime_app.errors import Invalid
from maritime_app.jobs import selftest
from maritime_app.ports import service as ports
from maritime_app.resources import Resources

Report = Callable[[int, int], None]


def add(each: Any, run: Callable[..., Awaitable[int]]) -> None:
    """Add the commands to the parser;

    `run` opens the resources and calls `args.work(res, args)`.
    """
    accounts.add(each, run)
    kinds = each.add_parser("import", help="read a timetable or a statistics file").add_subparsers(
        dest="kind", metavar="KIND", required=True
    )
    timetable = kinds.add_parser("gtfs", help="a GTFS timetable (.zip)")
    timetable.add_argument("file", type=Path)
    timetable.add_argument(
        "--shift-to",
        type=date.fromisoformat,
        metavar="DATE",
        help="move ended calendars, by whole weeks, to run from this day",
    )
    timetable.add_argument(
        "--days", type=int, default=14, help="how many days of sailings to write (default 14)"
    )
    timetable.add_argument("--feed", help="the feed's name (default: the file's)")
    timetable.set_defaults(run=run, work=import_gtfs)
    figures = kinds.add_parser("unctad", help="an UNCTADstat bulk file (.csv, .csv.gz)")
    figures.add_argument("file", type=Path)
    figures.set_defaults(run=run, work=import_unctad)
    check = each.add_parser("check-tasks", help="run every harmless task once and say how it went")
    check.add_argument("--task", help="only this one")
    check.set_defaults(run=run, work=check_tasks)


async def import_gtfs(res: Resources, args: argparse.Namespace) -> int:
    """Read a timetable; a second run of the same file changes nothing."""
    from maritime_app.ferries.timetables.gtfs import service as gtfs

    feed = args.feed or re.sub(r"[^a-z0-9]+", "-", args.file.stem.lower()).strip("-")
    with _progress(_existing(args.file)) as report:
        done = await gtfs.import_gtfs(
            res, args.file, feed=feed, shift_to=args.shift_to, days=args.days, progress=report
        )
    _print(args.file.name, done, done.left_out)
    return 0


async def import_unctad(res: Resources, args: argparse.Namespace) -> int:
    """Read official figures; a second run of the same file changes nothing."""
    with _progress(_existing(args.file)) as report:
        done = await ports.import_unctad_file(res, args.file, report)
    _print(args.file.name, done, done.rejected)
    return 0


async def check_tasks(res: Resources, args: argparse.Namespace) -> int:
    """Run the harmless tasks through the real queues; exit 1 if one does not succeed."""
    results = await selftest.run(res, domains.TASKS, only=args.task)
    table = Table("task", "outcome", "seconds")
    for result in results:
        table.add_row(result.task, result.outcome, f"{result.seconds:.2f}")
    Console().print(table)
    return 0 if results and all(result.ok for result in results) else 1


def _existing(file: Path) -> Path:
    if not file.is_file():
        raise Invalid(f"there is no file {file}")
    return file


@contextmanager
def _progress(file: Path) -> Iterator[Report]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(file.name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _print(name: str, done: Any, rejected: Mapping[str, int]) -> None:
    console = Console()
    table = Table("what", "rows", title=name)
    table.add_row("read", f"{done.rows:,}")
    table.add_row("stored", f"{done.stored:,}")
    table.add_row("unchanged", f"{done.unchanged:,}")
    for reason, count in sorted(rejected.items()):
        table.add_row(f"left out: {reason}", f"{count:,}")
    console.print(table)
    for note in getattr(done, "notes", ()):
        console.print(f"Note: {note}.")
