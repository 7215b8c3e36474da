"""The one file that speaks to AISHub."""

import zlib
from typing import Final
from urllib.parse import urlencode

from maritime_app.infra.upstreams.http import Fault, Upstream, UpstreamDown, UpstreamError
from maritime_app.resources import Resources
from maritime_app.vessels.snapshots import aishub_answer
from maritime_app.vessels.snapshots.aishub_answer import Refused

_URL: Final = "https://data.aishub.net"
# The world is about 50,000 rows, 18 MB as text and 3 MB packed.
_MAX_PACKED_BYTES: Final = 32 * 1024**2
_MAX_BYTES: Final = 128 * 1024**2
_MINUTE_SECONDS: Final = 60
_OK: Final = 200


async def pull(res: Resources) -> list[dict[str, object]]:
    """Return the rows of the present snapshot of the world.

    Raise UpstreamDown when it does not answer or wants to be asked later, UpstreamError when it
    refuses for good (an unknown user name).
    """
    config = res.settings.aishub
    upstream = Upstream(
        res.http,
        "aishub",
        config.base_url or _URL,
        title="AISHub",
        deadline_seconds=config.timeout_seconds,
    )
    query = {
        "username": config.username,
        "format": config.format,
        "output": "json",
        "compress": 2,  # a gzip file, not an encoding of the transfer
    }
    reply = await upstream.call("GET", f"/ws.php?{urlencode(query)}", max_bytes=_MAX_PACKED_BYTES)
    if reply.status != _OK:
        raise UpstreamDown(
            f"AISHub answers {reply.status}.",
            Fault.STATUS,
            code="aishub",
            status=reply.status,
            retry_after_seconds=reply.retry_after_seconds,
        )
    try:
        return aishub_answer.rows(_unpacked(reply.body))
    except Refused as refused:
        kind = UpstreamDown if refused.too_early else UpstreamError
        after = _MINUTE_SECONDS if refused.too_early else None
        message = f"AISHub: {refused.reason}."
        raise kind(message, Fault.MALFORMED, code="aishub", retry_after_seconds=after) from None


def _unpacked(body: bytes) -> bytes:
    """Return the file's content; errors come as plain text. Raise Refused for what is too large."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        text = unpacker.decompress(body, _MAX_BYTES)
    except zlib.error as error:
        raise Refused("the file is broken") from error
    if unpacker.unconsumed_tail:
        raise Refused("the answer is larger than it should be")
    return text
