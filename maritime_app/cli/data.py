"""Import a timetable or a statistics file with a progress bar and a report; run the tasks'
self-tests.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from maritime_app import domains
from maritime_app.cli.injection import GivenSettings
from maritime_app.cli.one_shot import opened
from maritime_app.cli.output import print_table, progress
from maritime_app.cli.timetables import import_gtfs
from maritime_app.errors import Invalid
from maritime_app.jobs import selftest
from maritime_app.ports import service as ports

imports = App(name="import", help="read a timetable or a statistics file")


imports.command(import_gtfs, name="gtfs", help="a GTFS timetable (.zip)")


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
