"""Timetables of others, from the command line: list, follow, restore, drop."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

from cyclopts import App, Parameter

from maritime_app.cli.commands.gtfs import print_report
from maritime_app.cli.commands.staff import moment
from maritime_app.cli.injection import OpenResources
from maritime_app.cli.output import print_table, say
from maritime_app.errors import Invalid
from maritime_app.ferries.timetables.editions import pulling, service
from maritime_app.ferries.timetables.export import service as export
from maritime_app.ferries.timetables.updates import pulling as updates_pulling, service as updates
from maritime_app.ferries.timetables.updates.alerts import (
    pulling as alerts_pulling,
    service as alerts,
)
from maritime_app.ferries.timetables.updates.alerts.model import FollowedAlerts
from maritime_app.ferries.timetables.updates.model import Followed

timetables = App(
    name="timetable",
    help="timetables of others: list, editions, follow, realtime, alerts, pull, restore, drop",
)


_MOST_DAYS = 400
exports = App(name="export", help="write a timetable")


@exports.command(
    name="gtfs",
    help="our own sailings of the coming days as a GTFS feed (.zip), or the boats of a timetable "
    "that is shown here",
)
async def export_gtfs(
    file: Path,
    /,
    *,
    res: OpenResources,
    days: Annotated[int, Parameter(help="how many days of our own")] = export.DAYS,
    feed: Annotated[
        str | None,
        Parameter(help="a timetable of somebody else's, as it is understood and shown here"),
    ] = None,
) -> int:
    """Write the feed; exit 1 without a sailing to come. Raise Invalid for no days at all, NotFound
    for a feed that there is not.
    """
    if not 0 < days <= _MOST_DAYS:
        raise Invalid(f"Between 1 and {_MOST_DAYS} days can be written.", {"days": str(days)})
    body = await (service.written(res, feed) if feed else export.feed(res, days))
    file.write_bytes(body)
    say(f"{file}: {len(body):,} bytes")
    return 0


@timetables.command(name="list", help="feeds, and which edition is shown")
async def list_feeds(*, res: OpenResources) -> int:
    """Print every feed."""
    realtime, told = await updates.followed(res), await alerts.followed(res)
    rows = [
        (
            feed.name,
            feed.publisher,
            str(edition.id) if edition else "none",
            f"{edition.first_day} to {edition.last_day}" if edition else "",
            feed.address or "by file",
            moment(feed.pulled_at),
            _updates(realtime.get(feed.name)),
            _alerts(told.get(feed.name)),
        )
        for feed, edition in await service.feeds(res)
    ]
    heads = ("feed", "publisher", "edition shown", "days", "pulled from", "last pull")
    print_table((*heads, "realtime", "alerts"), rows)
    return 0


def _updates(one: Followed | None) -> str:
    """Return where the feed's GTFS-Realtime is read, and how that goes."""
    if one is None:
        return ""
    counts = (
        f"{one.matched} matched, {one.unknown} unknown, {one.added} added, {one.left_out} left out"
    )
    said = f"{one.address}: read {moment(one.read_at)}, of {moment(one.said_at)}, {counts}"
    return f"{said}; {one.error}" if one.error else said


def _alerts(one: FollowedAlerts | None) -> str:
    """Return where the feed's alerts are read, and how that goes."""
    if one is None:
        return ""
    counts = f"{one.kept} shown, {one.elsewhere} about nothing here, {one.left_out} left out"
    said = f"{one.address}: read {moment(one.read_at)}, of {moment(one.said_at)}, {counts}"
    return f"{said}; {one.error}" if one.error else said


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
async def follow(
    feed: str,
    address: str,
    /,
    *,
    res: OpenResources,
    realtime: Annotated[
        str | None,
        Parameter(help="where its GTFS-Realtime (TripUpdates, Alerts) is, read every minute"),
    ] = None,
    alerts: Annotated[
        str | None, Parameter(help="where its Alerts are, if not with its TripUpdates")
    ] = None,
) -> int:
    """Pull a feed from an address from now on; exit 1 where it cannot be shown."""
    say(await pulling.follow(res, feed, address))
    if realtime:
        say(await updates_pulling.follow(res, feed, realtime))
    if alerts:
        say(await alerts_pulling.follow(res, feed, alerts))
    return 0


@timetables.command(
    name="realtime",
    help="read a feed's GTFS-Realtime (TripUpdates, with the Alerts that come along) there every"
    " minute; without an address no more",
)
async def follow_updates(feed: str, address: str = "", /, *, res: OpenResources) -> int:
    """Read the updates of a feed from now on; exit 1 where they cannot be read now."""
    if address:
        say(await updates_pulling.follow(res, feed, address))
    else:
        await updates_pulling.unfollow(res, feed)
        say(f"{feed}: no realtime updates are read any more.")
    return 0


@timetables.command(
    name="alerts",
    help="read a feed's GTFS-Realtime Alerts there every minute; without an address no more",
)
async def follow_alerts(feed: str, address: str = "", /, *, res: OpenResources) -> int:
    """Read the alerts of a feed from now on; exit 1 where they cannot be read now."""
    if address:
        say(await alerts_pulling.follow(res, feed, address))
    else:
        await alerts_pulling.unfollow(res, feed)
        say(f"{feed}: no alerts are read there any more.")
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
