"""Between the password and the code: a pending sign-in of five minutes, which opens nothing but the
form for the code.
"""

from uuid import UUID

import msgspec
from aiohttp import web

from maritime_app.accounts.model import PendingSignIn
from maritime_app.web import limits
from maritime_app.web.admission import TooMany, caller_address
from maritime_app.web.app_keys import resources
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


async def check_guesses(request: web.Request, staff_id: UUID) -> None:
    """Raise TooMany after too many wrong codes for one person.

    Codes count per person too: a password that leaked may be tried from many addresses.
    """
    if wait := await limits.take(resources(request), "sign_in", f"code:{staff_id}", 0):
        raise TooMany(wait)


async def count_guess(request: web.Request, staff_id: UUID) -> None:
    """Count a wrong code against this address, as a wrong password, and against that person."""
    for whose in (caller_address(request), f"code:{staff_id}"):
        await limits.take(resources(request), "sign_in", whose)
