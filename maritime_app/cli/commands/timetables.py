"""Timetables of others, from the command line: import, list, restore, drop."""

from datetime import date
from pathlib import Path
from typing import Annotated
from uuid import UUID

from cyclopts import App, Parameter

from maritime_app.cli.commands.staff import moment
from maritime_app.cli.injection import GivenSettings, OpenResources
from maritime_app.cli.output import print_table, say
from maritime_app.cli.processes.one_shot import opened
from maritime_app.errors import Invalid
from maritime_app.ferries.timetables.editions import pulling, service
from maritime_app.ferries.timetables.editions.model import ImportReport
from maritime_app.ferries.timetables.export import service as export

timetables = App(
    name="timetable", help="timetables of others: list, editions, follow, pull, restore, drop"
)


exports = App(name="export", help="write our own timetable")


@exports.command(name="gtfs", help="our own sailings of the coming days as a GTFS feed (.zip)")
async def export_gtfs(
    file: Path,
    /,
    *,
    res: OpenResources,
    days: Annotated[int, Parameter(help="how many days")] = export.DAYS,
) -> int:
    """Write the feed; exit 1 without a sailing to come."""
    body = await export.feed(res, days)
    file.write_bytes(body)
    say(f"{file}: {len(body):,} bytes")
    return 0


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
    async with opened(settings, migrate=True) as res:
        wish = service.Wish(feed, shift_to, days, accept_loss)
        print_report(file.name, await service.import_file(res, file, wish))
    return 0


@timetables.command(name="list", help="feeds, and which edition is shown")
async def list_feeds(*, res: OpenResources) -> int:
    """Print every feed."""
    rows = [
        (
            feed.name,
            feed.publisher,
            str(edition.id) if edition else "none",
            f"{edition.first_day} to {edition.last_day}" if edition else "",
            feed.address or "by file",
            moment(feed.pulled_at),
        )
        for feed, edition in await service.feeds(res)
    ]
    heads = ("feed", "publisher", "edition shown", "days", "pulled from", "last pull")
    print_table(heads, rows)
    return 0


@timetables.command(name="editions", help="the editions of a feed, the newest first")
async def list_editions(feed: str, /, *, res: OpenResources) -> int:
    """Print the editions of a feed with what became of each."""
    _feed, editions = await service.editions(res, feed)
    rows = [
        (
            str(each.id),
            each.state.value,
            each.origin,
            moment(each.read_at),
            f"{each.first_day} to {each.last_day}" if each.first_day else "",
            f"{each.report.departures:,}",
            each.refusal,
        )
        for each in editions
    ]
    print_table(("edition", "state", "from", "read", "days", "departures", "refused"), rows)
    return 0


@timetables.command(help="show an earlier edition again: that one, or the one before")
async def restore(feed: str, edition: UUID | None = None, /, *, res: OpenResources) -> int:
    """Show an earlier edition again."""
    print_report(feed, await service.restore(res, feed, edition))
    return 0


@timetables.command(help="pull a feed from that address now, and every hour if it has changed")
async def follow(feed: str, address: str, /, *, res: OpenResources) -> int:
    """Pull a feed from an address from now on; exit 1 where it cannot be shown."""
    say(await pulling.follow(res, feed, address))
    return 0


@timetables.command(help="pull a feed now, if it has changed")
async def pull(
    feed: str,
    /,
    *,
    res: OpenResources,
    accept_loss: Annotated[
        bool, Parameter(negative="", help="show it however many departures it takes away")
    ] = False,
) -> int:
    """Pull a feed; exit 1 where it cannot be shown."""
    say(await pulling.pull(res, feed, accept_loss=accept_loss))
    return 0


@timetables.command(help="take a feed out with all of its editions")
async def drop(feed: str, /, *, res: OpenResources) -> int:
    """Take a feed out."""
    await service.drop(res, feed)
    say(f"{feed} is gone.")
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
