"""Feeds and their editions for staff: what was read, what was refused and why, and the way back.

Where a feed is pulled from is said on the command line only: a page that could say it would let
whoever takes a session over make this service read any address.
"""

from uuid import UUID

import msgspec
from aiohttp import web

from maritime_app.accounts import service as accounts
from maritime_app.errors import NotFound
from maritime_app.ferries.timetables.editions import service
from maritime_app.ferries.timetables.editions.jobs import EditionPayload, FeedPayload
from maritime_app.ferries.timetables.editions.model import (
    DayDifference,
    Edition,
    EditionState,
    StoredFeed,
)
from maritime_app.ferries.timetables.updates import service as updates
from maritime_app.ferries.timetables.updates.alerts import service as alerts
from maritime_app.ferries.timetables.updates.alerts.model import FollowedAlerts
from maritime_app.ferries.timetables.updates.model import Followed
from maritime_app.i18n import translate as _
from maritime_app.jobs.outbox import enqueue
from maritime_app.web.access import caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form, form_fields
from maritime_app.web.render import json, page, see_other
from maritime_app.web.routing import Route, get, post

_PAGE = "/admin/timetables"
_ONE = f"{_PAGE}/{{feed}}"
_API = "/api/v1/timetables"


class ShownFeed(msgspec.Struct, frozen=True):
    """A feed, and the edition of it that is shown: null for none. `realtime` is null where its
    GTFS-Realtime is not read, `alerts` where no alerts of it are.
    """

    feed: StoredFeed
    edition: Edition | None
    realtime: Followed | None
    alerts: FollowedAlerts | None


class TimetablesResponse(msgspec.Struct, frozen=True):
    """Every feed by name."""

    feeds: tuple[ShownFeed, ...]


class EditionsResponse(msgspec.Struct, frozen=True):
    """A feed and its editions with their reports, the newest first."""

    feed: StoredFeed
    editions: tuple[Edition, ...]
    realtime: Followed | None
    alerts: FollowedAlerts | None


class DifferencesResponse(msgspec.Struct, frozen=True):
    """How an edition's departures differ from those of the one that was shown before, by service
    day; `compared_with` null: there was none. Without `by_day` the file was refused unread.
    """

    feed: str
    edition: UUID
    compared_with: UUID | None
    days: int
    departures: int
    added: int
    changed: int
    removed: int
    unchanged: int
    by_day: tuple[DayDifference, ...]


class RestoreRequest(msgspec.Struct, frozen=True):
    """The edition that is to be shown again."""

    edition: UUID


async def index(request: web.Request) -> web.StreamResponse:
    """Show every feed with the edition that is shown."""
    feeds = await service.feeds(resources(request))
    context = {"feeds": feeds, "realtime": await updates.followed(resources(request))}
    return page(request, "ferries/feeds.html", {"staff": caller(request), **context})


async def show(request: web.Request) -> web.StreamResponse:
    """Show the editions of a feed with their reports."""
    feed, editions = await service.editions(resources(request), request.match_info["feed"])
    done = {
        "pull": _("It is being pulled; the page says so as soon as it is there."),
        "restore": _("It is being brought back; the page says so as soon as it is shown."),
    }
    context = {
        "staff": caller(request),
        "feed": feed,
        "editions": editions,
        "realtime": (await updates.followed(resources(request))).get(feed.name),
        "told": (await alerts.followed(resources(request))).get(feed.name),
        "message": done.get(request.rel_url.query.get("done", ""), ""),
    }
    return page(request, "ferries/editions.html", context)


async def list_feeds(request: web.Request) -> web.StreamResponse:
    """Answer with every feed and the edition that is shown."""
    found = await service.feeds(resources(request))
    realtime = await updates.followed(resources(request))
    told = await alerts.followed(resources(request))
    shown = (
        ShownFeed(feed, edition, realtime.get(feed.name), told.get(feed.name))
        for feed, edition in found
    )
    return json(request, TimetablesResponse(tuple(shown)))


async def list_editions(request: web.Request) -> web.StreamResponse:
    """Answer with the editions of a feed and their reports."""
    feed, editions = await service.editions(resources(request), request.match_info["feed"])
    realtime = (await updates.followed(resources(request))).get(feed.name)
    told = (await alerts.followed(resources(request))).get(feed.name)
    return json(request, EditionsResponse(feed, tuple(editions), realtime, told))


async def one_edition(request: web.Request) -> web.StreamResponse:
    """Answer with one edition and its report."""
    return json(request, await _edition(request))


async def differences(request: web.Request) -> web.StreamResponse:
    """Answer with what an edition adds, changes and takes away, by day."""
    edition = await _edition(request)
    report = edition.report
    body = DifferencesResponse(
        feed=request.match_info["feed"],
        edition=edition.id,
        compared_with=report.compared_with,
        days=report.days,
        departures=report.departures,
        added=report.added,
        changed=report.changed,
        removed=report.removed,
        unchanged=report.unchanged,
        by_day=report.by_day,
    )
    return json(request, body)


async def pull(request: web.Request) -> web.StreamResponse:
    """Write a task that pulls the feed."""
    await form_fields(request)  # only our own pages may ask for it
    feed, _editions = await service.editions(resources(request), request.match_info["feed"])
    payload = FeedPayload(feed.name)
    await _enqueue(request, "timetable_pull_asked", "ferries.pull_timetable", feed.name, payload)
    return see_other(f"{_PAGE}/{feed.name}?done=pull")


async def restore(request: web.Request) -> web.StreamResponse:
    """Write a task that shows an earlier edition again."""
    asked = await form(request, RestoreRequest)
    feed, editions = await service.editions(resources(request), request.match_info["feed"])
    known = {each.id for each in editions if each.state is EditionState.EARLIER}
    if asked.edition not in known:
        raise NotFound(_("There is no such earlier edition."), code="edition")
    payload = EditionPayload(feed.name, asked.edition)
    action, task = "timetable_restore_asked", "ferries.restore_timetable"
    await _enqueue(request, action, task, feed.name, payload)
    return see_other(f"{_PAGE}/{feed.name}?done=restore")


async def _edition(request: web.Request) -> Edition:
    """Return the edition that the address names; raise NotFound."""
    _feed, editions = await service.editions(resources(request), request.match_info["feed"])
    wanted = request.match_info["edition"].lower()
    found = next((each for each in editions if str(each.id) == wanted), None)
    if found is None:
        raise NotFound(_("There is no such edition."), code="edition")
    return found


async def _enqueue(
    request: web.Request, action: str, task: str, feed: str, payload: msgspec.Struct
) -> None:
    """Write the task and the line in the audit log, both or none."""
    plain = msgspec.to_builtins(payload)
    async with resources(request).db.transaction() as conn:
        await enqueue(conn, task, plain, subject=("feed", feed))
        await accounts.audit(conn, caller(request).staff_id, action, ("feed", feed), plain)


ROUTES: list[Route] = [
    get(_PAGE, index, access="tasks.read"),
    get(_ONE, show, access="tasks.read"),
    post(f"{_ONE}/pull", pull, access="tasks.act"),
    post(f"{_ONE}/restore", restore, access="tasks.act"),
    get(
        _API,
        list_feeds,
        access="tasks.read",
        answer=TimetablesResponse,
        summary="Timetables of others: feeds, each with the edition that is shown",
    ),
    get(
        f"{_API}/{{feed}}",
        list_editions,
        access="tasks.read",
        answer=EditionsResponse,
        summary="The editions of a feed with their reports, the newest first",
    ),
    get(
        f"{_API}/{{feed}}/editions/{{edition}}",
        one_edition,
        access="tasks.read",
        answer=Edition,
        summary="One edition and what became of every row of its file",
    ),
    get(
        f"{_API}/{{feed}}/editions/{{edition}}/differences",
        differences,
        access="tasks.read",
        answer=DifferencesResponse,
        summary="What an edition added, changed and took away, by service day",
    ),
]
