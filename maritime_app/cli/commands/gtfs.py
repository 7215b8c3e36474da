"""Import a GTFS timetable, with a report of every row. Loads timetables and nothing else: a
nation's feed is read in less memory than the whole program takes.
"""

from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from maritime_app.cli.injection import GivenSettings
from maritime_app.cli.output import print_table, say
from maritime_app.cli.processes import servers
from maritime_app.errors import Invalid
from maritime_app.ferries.timetables.editions import service
from maritime_app.ferries.timetables.editions.model import ImportReport
from maritime_app.jobs.outbox import OUTBOX
from maritime_app.resources import open_resources


async def import_gtfs(
    file: Path,
    /,
    *,
    settings: GivenSettings,
    feed: Annotated[
        str | None, Parameter(help="the feed's name; the feed of its publisher if not given")
    ] = None,
    shift_to: Annotated[
        date | None,
        Parameter(
            help="move all of a timetable that has ended by whole weeks, to have begun by this "
            "day; every departure then says so"
        ),
    ] = None,
    days: Annotated[int, Parameter(help="how many days the report looks at")] = 14,
    accept_loss: Annotated[
        bool, Parameter(negative="", help="show it however many departures it takes away")
    ] = False,
) -> int:
    """Show a timetable; the same file again changes nothing. Exit 1 if it is not shown."""
    if not file.is_file():
        raise Invalid(f"there is no file {file}")
    wish = service.Wish(feed, shift_to, days, accept_loss)
    async with servers.with_servers(servers.with_secret(settings), join=True) as served:
        await servers.with_schema(served, apply=True)
        async with open_resources(served, [OUTBOX]) as res:
            await servers.refuse_wrong_redis(res)
            print_report(file.name, await service.import_file(res, file, wish))
    return 0


def print_report(name: str, report: ImportReport) -> None:
    """Print what became of a file."""
    counted = [("rows read", report.rows), ("rows used", report.kept)]
    for each in report.left_out:
        rule = f" [{each.rule}]" if each.rule else ""
        where = f", first in line {each.first_line}" if each.first_line else ""
        counted.append((f"left out: {each.file}: {each.words}{where}{rule}", each.rows))
    counted += [
        ("trips", report.trips),
        ("stops", report.stops),
        ("stops that are known harbours", report.joined),
        (f"departures in {report.days} days", report.departures),
        ("departures added", report.added),
        ("departures changed", report.changed),
        ("departures removed", report.removed),
        ("departures unchanged", report.unchanged),
    ]
    print_table(("what", "how many"), [(what, f"{count:,}") for what, count in counted], title=name)
    for note in report.notes:
        say(f"Note: {note.words}{f' [{note.rule}]' if note.rule else ''}.")
    say(
        f"Feed {report.feed}, published by {report.publisher}; "
        f"its calendars run from {report.first_day} to {report.last_day}."
    )
    if report.moved_weeks:
        say(f"All of it was moved by {report.moved_weeks} weeks; every departure says so.")
