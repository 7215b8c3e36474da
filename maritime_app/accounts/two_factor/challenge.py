"""Between the password and the code: a pending sign-in of five minutes, which opens nothing but the
form for the code.
"""

from uuid import UUID

import msgspec
from aiohttp import web

from maritime_app.accounts.model import PendingSignIn
from maritime_app.web import limits
from maritime_app.web.sessions import SessionStore

PENDING = SessionStore("pending-sign-in", "accounts:pending-sign-in:", 300, sliding=False)


async def begin(request: web.Request, response: web.StreamResponse, pending: PendingSignIn) -> None:
    """Remember that the password was right."""
    await PENDING.begin(request, response, msgspec.json.encode(pending))


async def read(request: web.Request) -> PendingSignIn | None:
    """Return who has given the password here; None when nobody has, or it is too long ago."""
    stored = await PENDING.read(request)
    return msgspec.json.decode(stored, type=PendingSignIn) if stored else None


async def end(request: web.Request, response: web.StreamResponse) -> None:
    """Delete the pending sign-in, here and in the browser."""
    await PENDING.end(request, response)


async def take_guess(request: web.Request, staff_id: UUID) -> None:
    """Take a token for a code of one person; raise TooMany after too many wrong ones.

    Codes count per person too: a password that leaked may be tried from many addresses.
    """
    await limits.guess(request, "sign_in", f"code:{staff_id}")
