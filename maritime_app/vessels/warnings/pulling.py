"""Pull the list of a publisher, if it has changed, and keep the last good one."""

from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from maritime_app.errors import Conflict, Invalid
from maritime_app.infra.upstreams.http import Fault, Reply, Upstream, UpstreamDown, UpstreamError
from maritime_app.outside_data import pacing, refresh as outside, service as outside_data
from maritime_app.outside_data.model import MAX_COPY_BYTES, Pulled, Reading, Source
from maritime_app.resources import Resources
from maritime_app.vessels.warnings import service
from maritime_app.vessels.warnings.model import PLAYED_PUBLISHER

_TITLE: Final = "The publisher of warnings"
_MAX_AGE: Final = timedelta(minutes=25)  # the job comes each thirty minutes
_PACE: Final = "vessels:warnings"
_LEFT_ALONE_SECONDS: Final = 600
_MOST_LETTERS: Final = 200
_NOT_MODIFIED: Final = 304
_TASK: Final = "vessels.fetch_warnings"


async def fetch(res: Resources) -> str:
    """Pull the list, unless it was pulled lately; return the outcome in words.

    What has gone from it is withdrawn. Raise UpstreamError where it cannot be had or read, or would
    withdraw more than half of what stands: then all stays.
    """
    if not res.settings.warnings.url:
        return "no list of warnings is configured"
    source, key = _source(res)
    words: list[str] = []

    async def pull(_key: str) -> Pulled:
        pulled = await _pulled(res, await outside_data.newest(res, source, key))
        words.append(await _taken(res, pulled.body))
        return pulled

    outcome = await outside.refresh(res, source, key, pull)
    return "; ".join([outcome, *words])


def _source(res: Resources) -> tuple[Source, str]:
    """Return whose copy it is, and its key: what one address has published never stands for
    another, nor what the sandbox plays for anything real.
    """
    if service.is_played(res.settings):
        return Source("warnings_sandbox", _TITLE, _TASK, _MAX_AGE), "list"
    return Source("warnings", _TITLE, _TASK, _MAX_AGE), res.settings.warnings.url[-_MOST_LETTERS:]


async def _taken(res: Resources, body: bytes) -> str:
    """Take the list in; return in words what that has changed."""
    config, played = res.settings.warnings, service.is_played(res.settings)
    publisher = PLAYED_PUBLISHER if played else config.publisher
    try:
        taken = await service.take_in(
            res, body, publisher=publisher, kind=config.kind, invented=played
        )
    except (Invalid, Conflict) as refusal:
        message = f"The list of warnings is not taken: {refusal.message}"
        raise UpstreamError(message, Fault.MALFORMED, code="warnings") from refusal
    return f"{taken.new} new, {taken.changed} changed, {taken.withdrawn} withdrawn"


async def _pulled(res: Resources, known: Reading | None) -> Pulled:
    """Return the list as it is now; unchanged it is the known one, given once more."""
    if seconds := await pacing.rest_seconds(res.redis_cache, _PACE):
        raise _not_had("wants to be left alone for a moment", 429, seconds)
    reply = await _asked(res, "" if known is None else known.copy.version)
    if reply.status == 200:
        return Pulled(reply.body, version=_tag_of(reply))
    if reply.status == _NOT_MODIFIED and known is not None:
        return Pulled(known.copy.body, version=known.copy.version)
    if reply.status == 429 or reply.status >= 500:
        seconds = reply.retry_after_seconds or _LEFT_ALONE_SECONDS
        await pacing.leave_alone(res.redis_cache, _PACE, seconds)
    raise _not_had(f"answers {reply.status}", reply.status, reply.retry_after_seconds)


def _not_had(why: str, status: int, retry_after_seconds: int | None) -> UpstreamError:
    kind = UpstreamDown if status == 429 or status >= 500 else UpstreamError
    return kind(
        f"{_TITLE} {why}.",
        Fault.STATUS,
        code="warnings",
        status=status,
        retry_after_seconds=retry_after_seconds,
    )


async def _asked(res: Resources, known_tag: str) -> Reply:
    config, parts = res.settings.warnings, urlsplit(res.settings.warnings.url)
    upstream = Upstream(
        res.http,
        "warnings",
        f"{parts.scheme}://{parts.netloc}",
        title=_TITLE,
        deadline_seconds=config.timeout_seconds,
        follow_redirects=True,  # no key travels along
    )
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    headers = {"If-None-Match": known_tag} if known_tag else {}
    return await upstream.call("GET", path, headers=headers, max_bytes=MAX_COPY_BYTES)


def _tag_of(reply: Reply) -> str:
    """Return the answer's ETag, empty for none that is worth keeping."""
    found = next((text for name, text in reply.headers.items() if name.lower() == "etag"), "")
    return found if len(found) <= _MOST_LETTERS else ""
