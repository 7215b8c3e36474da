"""Import a timetable or a statistics file with a progress bar and a report; run the tasks'
self-tests.
"""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from maritime_app import domains
from maritime_app.cli.injection import GivenSettings
from maritime_app.cli.one_shot import opened
from maritime_app.cli.output import print_table, progress, say
from maritime_app.errors import Invalid
from maritime_app.jobs import selftest
from maritime_app.ports import service as ports

imports = App(name="import", help="read a timetable or a statistics file")


@imports.command(name="gtfs", help="a GTFS timetable (.zip)")
async def import_gtfs(
    file: Path,
    /,
    *,
    settings: GivenSettings,
    shift_to: Annotated[
        date | None,
        Parameter(help="move ended calendars, by whole weeks, to run from this day"),
    ] = None,
    days: Annotated[int, Parameter(help="how many days of sailings to write")] = 14,
    feed: Annotated[str, Parameter(help="the feed's name; the file's if it is not given")] = "",
) -> int:
    """Read a timetable; a second run of the same file changes nothing."""
    from maritime_app.ferries.timetables.gtfs import service as gtfs

    name = feed or re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-")
    with progress(_existing(file).name) as report:
        async with opened(settings, migrate=True) as res:
            done = await gtfs.import_gtfs(
                res, file, feed=name, shift_to=shift_to, days=days, progress=report
            )
    _print_import(file.name, done.rows, done.stored, done.unchanged, done.left_out)
    for note in done.notes:
        say(f"Note: {note}.")
    return 0


@imports.command(name="unctad", help="an UNCTADstat bulk file (.csv, .csv.gz)")
async def import_unctad(file: Path, /, *, settings: GivenSettings) -> int:
    """Read official figures; a second run of the same file changes nothing."""
    with progress(_existing(file).name) as report:
        async with opened(settings, migrate=True) as res:
            done = await ports.import_unctad_file(res, file, report)
    _print_import(file.name, done.rows, done.stored, done.unchanged, done.rejected)
    return 0


async def check_tasks(
    *,
    settings: GivenSettings,
    task: Annotated[str | None, Parameter(help="only this one")] = None,
) -> int:
    """Run the harmless tasks through the real queues; exit 1 if one does not succeed."""
    async with opened(settings, migrate=True, roles=["worker"]) as res:
        results = await selftest.run(res, domains.TASKS, only=task)
    rows = [(result.task, result.outcome, f"{result.seconds:.2f}") for result in results]
    print_table(("task", "outcome", "seconds"), rows)
    return 0 if results and all(result.ok for result in results) else 1


def _existing(file: Path) -> Path:
    if not file.is_file():
        raise Invalid(f"there is no file {file}")
    return file


def _print_import(
    name: str, read: int, stored: int, unchanged: int, rejected: Mapping[str, int]
) -> None:
    rows = [("read", read), ("stored", stored), ("unchanged", unchanged)]
    rows += [(f"left out: {reason}", count) for reason, count in sorted(rejected.items())]
    print_table(("what", "rows"), [(what, f"{count:,}") for what, count in rows], title=name)
