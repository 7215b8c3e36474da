"""The browser's state while its device is asked: five minutes, once."""

from collections.abc import Mapping
from typing import Any

import msgspec
from aiohttp import web

from maritime_app.accounts.passkeys.model import Asked
from maritime_app.errors import Forbidden
from maritime_app.i18n import translate as _
from maritime_app.web.render import json
from maritime_app.web.sessions import SessionStore

_ASKED = SessionStore("passkey", "accounts:passkey:", 300, sliding=False)


async def answer(
    request: web.Request, options: Mapping[str, Any], asked: Asked
) -> web.StreamResponse:
    """Answer a script with what its device is asked with, and remember the challenge."""
    response = json(request, options)
    response.headers["Cache-Control"] = "no-store"
    await _ASKED.begin(request, response, msgspec.json.encode(asked))
    return response


async def take(request: web.Request) -> Asked:
    """Return what was asked, this once; raise Forbidden when nothing was, or it is too long ago."""
    stored = await _ASKED.take(request)
    if stored is None:
        raise Forbidden(_("That took too long. Please try again."), code="credentials")
    return msgspec.json.decode(stored, type=Asked)
