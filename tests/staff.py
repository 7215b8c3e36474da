"""People who work here, signed in or holding a token; by role."""

import re
from uuid import UUID

import argon2
from aiohttp.test_utils import TestClient

from maritime_app.accounts import service
from maritime_app.accounts.model import PERMISSIONS
from maritime_app.ids import uuid7
from maritime_app.resources import Resources

PASSWORD = "correct horse battery staple"
# The cheapest parameters that argon2 has: tests are about what happens, not about what it costs.
_HASH = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


async def hire(res: Resources, role: str = "admin") -> UUID:
    """A member of staff: <role>@maritime.example with PASSWORD."""
    staff = uuid7()
    async with res.db.acquire() as conn:
        await conn.execute(
            "insert into staff (id, email, name, role, password_hash) values ($1, $2, $3, $4, $5)",
            staff,
            f"{role}@maritime.example",
            f"The {role}",
            role,
            _HASH,
        )
    return staff


async def token(res: Resources, role: str = "admin") -> dict[str, str]:
    """The header of somebody of that role who holds a token with everything the role may do."""
    made = await service.make_token(res, await hire(res, role), "tests", PERMISSIONS[role])
    return {"Authorization": f"Bearer {made}"}


async def csrf(client: TestClient, page: str) -> str:
    """The token that stands in a form of that page."""
    async with client.get(page) as shown:
        text = await shown.text()
        found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert found, text[:500]
    return found[1]


async def sign_in(client: TestClient, email: str, password: str = PASSWORD, **more: str):
    """Fill the sign-in form in; the answer, not followed."""
    form = {"email": email, "password": password, "csrf_token": await csrf(client, "/sign-in"), **more}
    return await client.post("/sign-in", data=form, allow_redirects=False)
