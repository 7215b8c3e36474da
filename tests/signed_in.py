"""People who work here, signed in or holding a token; by role."""

import hashlib
import re
import time
from typing import NamedTuple
from uuid import UUID

import argon2
import pyotp
from aiohttp.test_utils import TestClient

from maritime_app.accounts import service, store
from maritime_app.accounts.model import PendingSignIn, Session
from maritime_app.accounts.permissions import PERMISSIONS, SESSION_ONLY
from maritime_app.accounts.service import SignedIn
from maritime_app.accounts.two_factor import service as two_factor
from maritime_app.ids import uuid7
from maritime_app.resources import Resources
from maritime_app.web.access import Caller

PASSWORD = "correct horse battery staple"
# The cheapest parameters that argon2 has: tests are about what happens, not about what it costs.
_HASH = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


async def hire(res: Resources, role: str = "admin", operator: str = "") -> UUID:
    """A member of staff: <role>@maritime.example (<role>.<operator>@ ...) with PASSWORD."""
    staff = uuid7()
    async with res.db.acquire() as conn:
        await conn.execute(
            "insert into staff (id, email, name, role, password_hash, operator_id)"
            " values ($1, $2, $3, $4, $5, (select id from operator where code = $6))",
            staff,
            f"{role}{operator and '.'}{operator.lower()}@maritime.example",
            f"The {role}",
            role,
            _HASH,
            operator,
        )
    return staff


async def token(res: Resources, role: str = "admin", operator: str = "") -> dict[str, str]:
    """The header of somebody of that role who holds a token with everything that a token of the
    role can carry.
    """
    owner = await hire(res, role, operator)
    may, made = PERMISSIONS[role] - SESSION_ONLY, f"mt_{owner}"
    async with res.db.acquire() as conn:  # nobody is written to, as by tokens.make
        hashed = hashlib.sha256(made.encode()).digest()
        await store.add_token(conn, hashed, owner, "tests", sorted(may))
    return {"Authorization": f"Bearer {made}"}


async def holder(res: Resources, made: str) -> Caller | None:
    """Who calls with that token, as the guard finds out; None once it has ended."""
    return await service.caller_by_token(res, hashlib.sha256(made.encode()).digest())


async def csrf(client: TestClient, page: str) -> str:
    """The token that stands in a form of that page."""
    async with client.get(page) as shown:
        text = await shown.text()
        found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert found, text[:500]
    return found[1]


async def sign_in(client: TestClient, email: str, password: str = PASSWORD, **more: str):
    """Fill the sign-in form in; the answer, not followed."""
    form = {
        "email": email,
        "password": password,
        "csrf_token": await csrf(client, "/sign-in"),
        **more,
    }
    return await client.post("/sign-in", data=form, allow_redirects=False)


async def by_password(
    res: Resources, email: str, password: str = PASSWORD
) -> tuple[Caller, Session]:
    """Who signs in with the password alone, and the session to begin."""
    outcome = await service.sign_in(res, email, password)
    assert isinstance(outcome, SignedIn), "a code is asked for"
    return outcome.caller, outcome.session


def pending(staff_id: UUID) -> PendingSignIn:
    """The sign-in of somebody whose password was right, in the epoch after the first one."""
    return PendingSignIn(staff_id, 1, "/")


async def come_in(client: TestClient, res: Resources, role: str = "admin") -> UUID:
    """Hire somebody of that role and sign them in at this browser."""
    who = await hire(res, role)
    answer = await sign_in(client, f"{role}@maritime.example")
    assert answer.status == 303
    return who


class Protected(NamedTuple):
    """Somebody with a second factor: what the app holds, and what was printed."""

    id: UUID
    secret: str
    recovery_codes: list[str]


async def protect(res: Resources, who: UUID) -> Protected:
    """Switch that person's second factor on, as if half a minute ago: the code of now is still to
    be used.
    """
    secret = await two_factor.begin(res, who, PASSWORD)
    _session, codes = await two_factor.switch_on(res, who, code(secret))
    async with res.db.acquire() as conn:
        await conn.execute("update staff set totp_step = totp_step - 1 where id = $1", who)
    return Protected(who, secret, codes)


def code(secret: str, beside: int = 0) -> str:
    """What the app shows now, or so many steps of 30 seconds beside."""
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * beside)


def wrong(secret: str) -> str:
    """Six digits that the app shows in none of the steps around."""
    near = {code(secret, beside) for beside in range(-3, 4)}
    return next(f"{number:06}" for number in range(8) if f"{number:06}" not in near)


async def submit(client: TestClient, address: str, **fields: str):
    """Send a form to that address as our own pages do; the answer, not followed."""
    form = {"csrf_token": await csrf(client, "/sign-in")} | {
        name.replace("__", "-"): value for name, value in fields.items()
    }
    return await client.post(address, data=form, allow_redirects=False)
