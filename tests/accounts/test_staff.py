"""Staff and their tokens: the first administrator, what a role may do, what a token carries, what is written down."""

import asyncio
import hashlib

import pytest

from maritime_app.accounts import service
from maritime_app.accounts.model import ADMIN_EMAIL, ALL_PERMISSIONS, PERMISSIONS
from maritime_app.errors import Forbidden
from maritime_app.infra.db import Database
from tests import staff


async def test_it_works(resources):
    who = await staff.hire(resources, "agent")

    caller = await service.sign_in(resources, "AGENT@maritime.example ", staff.PASSWORD)

    assert (caller.staff_id, caller.role, caller.via) == (who, "agent", "session")
    assert caller.permissions == PERMISSIONS["agent"]


async def test_the_first_administrator_is_made_once(resources):
    password = await service.first_admin(resources)

    assert password
    assert await service.first_admin(resources) is None
    assert (await service.sign_in(resources, ADMIN_EMAIL, password)).permissions == ALL_PERMISSIONS


async def test_two_processes_that_start_at_once_make_one(resources):
    made = await asyncio.gather(*(service.first_admin(resources) for _ in range(4)))

    assert len([password for password in made if password]) == 1
    async with resources.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from staff") == 1


async def test_somebody_who_works_here_already_is_enough(resources):
    await staff.hire(resources, "analyst")

    assert await service.first_admin(resources) is None


async def test_passwords_are_kept_as_argon2id(resources):
    password = await service.first_admin(resources)
    assert password

    async with resources.db.acquire() as conn:
        kept = await conn.fetchval("select password_hash from staff")
    assert kept.startswith("$argon2id$")
    assert password not in kept


@pytest.mark.parametrize(
    ("email", "password"), [("agent@maritime.example", "x"), ("nobody@x.example", "x"), ("", "")]
)
async def test_a_wrong_password_and_an_unknown_person_are_refused_alike(resources, email, password):
    await staff.hire(resources, "agent")

    with pytest.raises(Forbidden, match="do not belong together") as refused:
        await service.sign_in(resources, email, password)

    assert refused.value.code == "credentials"


async def test_who_has_left_is_refused(resources):
    await staff.hire(resources, "agent")
    async with resources.db.acquire() as conn:
        await conn.execute("update staff set disabled_at = now()")

    with pytest.raises(Forbidden):
        await service.sign_in(resources, "agent@maritime.example", staff.PASSWORD)


async def test_a_token_is_known_by_its_hash_only(resources):
    who = await staff.hire(resources)
    token = await service.make_token(resources, who, "cash desk", frozenset({"bookings.read"}))

    caller = await found(resources, token)

    assert caller is not None
    assert (caller.staff_id, caller.via, caller.permissions) == (who, "token", {"bookings.read"})
    async with resources.db.acquire() as conn:
        row = await conn.fetchrow("select token_hash, label, last_used_at is not null as used from api_token")
    assert (row["token_hash"], row["label"], row["used"]) == (digest(token), "cash desk", True)


async def test_a_token_never_carries_more_than_its_holders_role(resources):
    who = await staff.hire(resources, "agent")
    token = await service.make_token(resources, who, "hopeful", frozenset({"bookings.read", "tasks.act"}))

    caller = await found(resources, token)
    assert caller is not None
    assert caller.permissions == {"bookings.read"}
    async with resources.db.acquire() as conn:
        await conn.execute("update staff set role = 'analyst'")

    demoted = await found(resources, token)
    assert demoted is not None
    assert demoted.permissions == frozenset()


@pytest.mark.parametrize(
    "ending", ["update api_token set revoked_at = now()", "update staff set disabled_at = now()"]
)
async def test_a_token_ends_when_it_is_revoked_or_its_holder_leaves(resources, ending):
    token = await service.make_token(resources, await staff.hire(resources), "x", frozenset({"tasks.read"}))
    async with resources.db.acquire() as conn:
        await conn.execute(ending)

    assert await found(resources, token) is None


async def test_what_is_done_is_written_down_or_not_done(resources):
    who = await staff.hire(resources)
    db: Database = resources.db

    async def fail():
        async with db.transaction() as conn:
            await service.audit(conn, who, "refunded", ("booking", "b1"), {"amount_minor": 100})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with db.transaction() as conn:
        await service.audit(conn, who, "cancelled", ("booking", "b1"), {"fee_minor": 0})

    async with db.acquire() as conn:
        rows = await conn.fetch("select action, subject_kind, subject_id, detail from audit")
    assert [tuple(row) for row in rows] == [("cancelled", "booking", "b1", {"fee_minor": 0})]


def test_nobody_but_an_administrator_manages_tasks_and_people():
    for role, allowed in PERMISSIONS.items():
        if role != "admin":
            assert not allowed & {"tasks.read", "tasks.act", "ops.read", "staff.manage"}, role
    assert PERMISSIONS["admin"] == ALL_PERMISSIONS


async def found(res, token):
    return await service.caller_by_token(res, digest(token))


def digest(token):
    return hashlib.sha256(token.encode()).digest()
