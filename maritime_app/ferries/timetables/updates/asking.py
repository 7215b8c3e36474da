"""Ask a publisher for its GTFS-Realtime, if it has changed since the last time."""

import asyncio
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.ferries.timetables.updates import codec
from maritime_app.ferries.timetables.updates.model import Message, UpdatesRefused
from maritime_app.infra.upstreams.http import Upstream, UpstreamError
from maritime_app.resources import Resources

LONGEST_ERROR: Final = 300
_DEADLINE_SECONDS: Final = 15.0
_PATIENCE: Final = 5  # failures in a row before a publisher is left alone
_REST: Final = timedelta(minutes=5)
_LONGEST_ADDRESS: Final = 1_000
_LONGEST_TAG: Final = 400
# All buses, trains and boats of a country are 3 to 10 MB; this is read in some seconds.
MOST_BYTES: Final = 16 * 1024**2
_ETAG: Final = "If-None-Match"
_MODIFIED: Final = "If-Modified-Since"


class Asked(NamedTuple):
    """What a publisher is asked: of which feed, where, with what of the answer before."""

    feed: str
    address: str
    etag: str
    modified: str


class Answer(NamedTuple):
    """What it answers, and with what it is asked the next time."""

    message: Message
    read_at: datetime
    etag: str
    modified: str


def checked_address(address: str) -> str:
    """Return the address; raise Invalid for one that is none."""
    if not address.startswith(("https://", "http://")) or len(address) > _LONGEST_ADDRESS:
        raise Invalid("An address begins with https:// or http://.", {"address": address[:80]})
    return address


async def answer(res: Resources, asked: Asked, said_at: datetime | None) -> Answer | None:
    """Return what the publisher says now; None where nothing has changed.

    Raise UpstreamError where it gives no answer, UpdatesRefused for one that is no feed, or older
    than what it `said_at`.
    """
    upstream = Upstream(
        res.http,
        "trip_updates",
        asked.address,
        title=f"The publisher of {asked.feed}",
        deadline_seconds=_DEADLINE_SECONDS,
        follow_redirects=True,  # no key travels along
    )
    known = {_ETAG: asked.etag, _MODIFIED: asked.modified}
    conditions = {name: value for name, value in known.items() if value}
    with tempfile.TemporaryDirectory(prefix="updates-") as folder:
        path = Path(folder) / "feed.pb"
        headers = await upstream.save_changed("", path, conditions=conditions, max_bytes=MOST_BYTES)
        if headers is None:
            return None
        now = clock.now()
        # In a thread: nobody else waits for it.
        message = await asyncio.to_thread(_read, path, now)
    if said_at is not None and message.said_at < said_at:
        raise UpdatesRefused("The feed is older than the one that was read before.")
    etag, modified = headers.get("ETag", ""), headers.get("Last-Modified", "")
    return Answer(message, now, etag[:_LONGEST_TAG], modified[:_LONGEST_TAG])


def rest_until(failures: int, error: UpstreamError | UpdatesRefused) -> datetime | None:
    """Return until when a publisher is left alone that failed so often before this error."""
    asked = error.retry_after_seconds if isinstance(error, UpstreamError) else None
    if asked:
        return clock.now() + timedelta(seconds=asked)
    return clock.now() + _REST if failures + 1 >= _PATIENCE else None


def _read(path: Path, now: datetime) -> Message:
    return codec.message(path.read_bytes(), now)
