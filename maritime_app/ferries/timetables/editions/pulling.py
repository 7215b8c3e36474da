"""Pull a feed from where it is published, if it has changed since the last time.

The publisher is asked with the ETag and the time of what it gave last (RFC 9110, 13.1): 304 costs
it and us next to nothing. Only the command line says where a feed is pulled from.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from maritime_app import clock
from maritime_app.errors import Invalid, NotFound
from maritime_app.ferries.timetables.editions import identity, service, store
from maritime_app.ferries.timetables.editions.model import StoredFeed
from maritime_app.ferries.timetables.editions.reading import Wish
from maritime_app.infra.upstreams.http import Upstream
from maritime_app.resources import Resources

_DEADLINE_SECONDS: Final = 300.0
_LONGEST_ADDRESS: Final = 1_000
_LONGEST_TAG: Final = 400
_MEBIBYTE: Final = 1024**2
_ETAG: Final = "If-None-Match"
_MODIFIED: Final = "If-Modified-Since"


async def follow(res: Resources, name: str, address: str) -> str:
    """Pull the feed from that address now and from now on; return what came of it.

    Raise Invalid for an address that is none, for a file that cannot be shown, and Unavailable
    where nobody answers; then the feed is pulled from where it was.
    """
    identity.checked_name(name)
    if not address.startswith(("https://", "http://")) or len(address) > _LONGEST_ADDRESS:
        raise Invalid("An address begins with https:// or http://.", {"address": address[:80]})
    return await _pulled(res, name, Wish(name, origin=address), address, {})


async def pull(res: Resources, name: str, *, accept_loss: bool = False) -> str:
    """Pull a feed if it has changed; return what came of it.

    With `accept_loss` it is pulled in any case, and shown however much it takes away. Raise
    NotFound or Invalid without such a feed or address, Unavailable where nobody answers, and what
    `service.import_file` raises.
    """
    async with res.db.acquire() as conn:
        feed = await store.feed_by_name(conn, name)
    if feed is None:
        raise NotFound("There is no such feed.", code="feed")
    if not feed.address:
        raise Invalid("That feed comes by file: `timetable follow` says where to pull it from.")
    known = {} if accept_loss else _conditions(feed)
    wish = Wish(name, accept_loss=accept_loss, origin=feed.address, feed_id=feed.id)
    return await _pulled(res, name, wish, feed.address, known)


async def addresses(res: Resources) -> list[str]:
    """Return the names of the feeds that are pulled."""
    async with res.db.acquire() as conn:
        return [feed.name for feed in await store.feeds(conn) if feed.address]


async def _pulled(
    res: Resources, name: str, wish: Wish, address: str, known: Mapping[str, str]
) -> str:
    upstream = Upstream(
        res.http,
        "timetable",
        address,
        title=f"The publisher of {name}",
        deadline_seconds=_DEADLINE_SECONDS,
        follow_redirects=True,  # no key travels along
    )
    with tempfile.TemporaryDirectory(prefix="pull-") as folder:
        path = Path(folder) / f"{name}.zip"
        max_bytes = res.settings.timetables.max_pull_mb * _MEBIBYTE
        headers = await upstream.save_changed("", path, conditions=known, max_bytes=max_bytes)
        if headers is None:
            await _mark(res, name, address, known.get(_ETAG, ""), known.get(_MODIFIED, ""))
            return f"{name}: not changed"
        tags = (headers.get("ETag", ""), headers.get("Last-Modified", ""))
        try:
            report = await service.import_file(res, path, wish)
        except Invalid:
            # It is listed as refused with its reason: the same file is not pulled again for that.
            await _mark(res, name, address, *tags, moves=False)
            raise
    await _mark(res, name, address, *tags)
    return (
        f"{name}: {report.added} added, {report.changed} changed, {report.removed} removed,"
        f" {report.unchanged} unchanged"
    )


def _conditions(feed: StoredFeed) -> dict[str, str]:
    found = {_ETAG: feed.etag, _MODIFIED: feed.modified}
    return {name: value for name, value in found.items() if value}


async def _mark(
    res: Resources, name: str, address: str, etag: str, modified: str, *, moves: bool = True
) -> None:
    """Write down when the feed was pulled and what to ask with next time; unless `moves`, only
    where it is pulled from that address already.
    """
    async with res.db.transaction() as conn:
        feed = await store.feed_by_name(conn, name)
        if feed is None or not (moves or feed.address == address):
            return
        if feed.address != address:
            await store.set_address(conn, name, address)
        tags = {"etag": etag[:_LONGEST_TAG], "modified": modified[:_LONGEST_TAG]}
        await store.mark_pulled(conn, feed.id, clock.now(), **tags)
