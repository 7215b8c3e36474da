"""Staff sign in: the first administrator, passwords, what a role may do, what is written down."""

import asyncio

import pytest

from maritime_app.accounts import service
from maritime_app.accounts.model import ADMIN_EMAIL
from maritime_app.accounts.permissions import ALL_PERMISSIONS, PERMISSIONS, SESSION_ONLY
from maritime_app.accounts.staff import service as staff
from maritime_app.errors import Forbidden
from maritime_app.infra.db import Database
from tests import signed_in


async def test_it_works(resources):
    who = await signed_in.hire(resources, "agent")

    caller, session = await signed_in.by_password(
        resources, "AGENT@maritime.example ", signed_in.PASSWORD
    )

    assert (session.staff_id, session.epoch) == (who, 0)
    assert (caller.staff_id, caller.role, caller.via) == (who, "agent", "session")
    assert caller.permissions == PERMISSIONS["agent"]


async def test_the_first_administrator_is_made_once(resources):
    password = await service.first_admin(resources)

    assert password
    assert await service.first_admin(resources) is None
    caller, _session = await signed_in.by_password(resources, ADMIN_EMAIL, password)
    assert caller.permissions == ALL_PERMISSIONS


async def test_two_processes_that_start_at_once_make_one(resources):
    made = await asyncio.gather(*(service.first_admin(resources) for _ in range(4)))

    assert len([password for password in made if password]) == 1
    async with resources.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from staff") == 1


async def test_somebody_who_works_here_already_is_enough(resources):
    await signed_in.hire(resources, "analyst")

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
    await signed_in.hire(resources, "agent")

    with pytest.raises(Forbidden, match="do not belong together") as refused:
        await service.sign_in(resources, email, password)

    assert refused.value.code == "credentials"


async def test_who_has_left_is_refused(resources):
    await signed_in.hire(resources, "agent")
    async with resources.db.acquire() as conn:
        await conn.execute("update staff set disabled_at = now()")

    with pytest.raises(Forbidden):
        await service.sign_in(resources, "agent@maritime.example", signed_in.PASSWORD)


async def test_the_last_sign_in_is_remembered(resources):
    who = await signed_in.hire(resources, "agent")
    assert (await staff.person(resources, who)).signed_in_at is None

    await service.sign_in(resources, "agent@maritime.example", signed_in.PASSWORD)

    assert (await staff.person(resources, who)).signed_in_at


async def test_what_is_done_is_written_down_or_not_done(resources):
    who = await signed_in.hire(resources)
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


def test_everybody_manages_the_own_account_and_no_token_does():
    assert all("account.manage" in allowed for allowed in PERMISSIONS.values())
    assert {"account.protect", "account.manage", "staff.manage"} == SESSION_ONLY


def test_nobody_but_an_administrator_manages_tasks_and_people():
    for role, allowed in PERMISSIONS.items():
        if role != "admin":
            assert not allowed & {
                "tasks.read",
                "tasks.act",
                "ops.read",
                "staff.manage",
                "audit.read",
            }, role
    assert PERMISSIONS["admin"] == ALL_PERMISSIONS
