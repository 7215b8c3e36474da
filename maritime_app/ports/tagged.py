"""Answers with an ETag (RFC 9110, 8.8.3): who has one already gets 304."""

import hashlib
from datetime import UTC
from email.utils import format_datetime

import msgspec
from aiohttp import web

from maritime_app.ports.model import CountryStatistics, PortStatistics


def tagged(
    answer: msgspec.Struct,
    body: bytes | None = None,
    kind: str = "application/json",
) -> web.Response:
    """Return the answer with an ETag; a `body` is sent as it is, without one the answer as JSON."""
    response = tagged_bytes(msgspec.json.encode(answer) if body is None else body, kind)
    if isinstance(answer, PortStatistics | CountryStatistics) and answer.as_of:
        modified = format_datetime(answer.as_of.astimezone(UTC), usegmt=True)
        response.headers["Last-Modified"] = modified
    return response


def tagged_bytes(body: bytes, kind: str) -> web.Response:
    """Return these bytes with an ETag."""
    tag = hashlib.sha256(body).hexdigest()[:20]
    headers = {"ETag": f'"{tag}"', "Cache-Control": "public, max-age=60"}
    return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)
