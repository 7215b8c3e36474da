"""An administrator adds a person: a password shown once, a place in the list, a line in the log."""

import re

import pytest

from maritime_app.accounts.model import NewPersonRequest
from maritime_app.accounts.staff import service as staff
from maritime_app.errors import Conflict, Invalid
from tests import signed_in

BO = {"email": "bo@maritime.example", "name": "Bo Berg", "role": "agent"}


async def test_it_works(client, resources):
    await signed_in.come_in(client, resources)

    async with await signed_in.submit(client, "/admin/staff", **BO) as answer:
        text = await answer.text()
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")

    password = re.search(r'id="secret"[^>]*? value="([^"]+)"', text)
    assert password
    who, _session = await signed_in.by_password(resources, "bo@maritime.example", password[1])
    assert (who.name, who.role) == ("Bo Berg", "agent")
    async with client.get("/admin/staff") as page:
        shown = await page.text()
    assert "Bo Berg" in shown
    assert password[1] not in shown


async def test_the_password_is_kept_nowhere(resources):
    _who, password = await staff.add(resources, None, NewPersonRequest(**BO))

    async with resources.db.acquire() as conn:
        rows = [*await conn.fetch("select * from staff"), *await conn.fetch("select * from audit")]
    assert len(rows) == 2
    assert password not in str(rows)


async def test_it_is_written_down_without_the_address(resources):
    admin = await signed_in.hire(resources)
    who, _password = await staff.add(resources, admin, NewPersonRequest(**BO))

    async with resources.db.acquire() as conn:
        row = await conn.fetchrow(
            "select staff_id, action, subject_kind, subject_id, detail from audit"
        )
    assert tuple(row) == (admin, "staff_added", "staff", str(who), {"role": "agent"})


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "bo"}, "email"),
        ({"email": "bo@maritime"}, "email"),
        ({"email": "bo berg@maritime.example"}, "email"),
        ({"email": "b" * 200 + "@maritime.example"}, "email"),
        ({"email": ""}, "email"),
        ({"name": "  "}, "name"),
        ({"name": "B" * 201}, "name"),
        ({"name": "Bo\x1b[31mBerg"}, "name"),
        ({"role": "captain"}, "role"),
        ({"role": ""}, "role"),
    ],
)
async def test_what_is_wrong_comes_back_marked_and_nothing_is_lost(client, resources, wrong, field):
    await signed_in.come_in(client, resources)

    async with await signed_in.submit(client, "/admin/staff", **(BO | wrong)) as answer:
        text = await answer.text()

    assert answer.status == 422
    assert f'id="f-{field}-note"' in text
    if field != "name":
        assert "Bo Berg" in text
    with pytest.raises(Invalid):
        await staff.add(resources, None, NewPersonRequest(**(BO | wrong)))


async def test_an_address_belongs_to_one_person(client, resources):
    await signed_in.come_in(client, resources)
    await staff.add(resources, None, NewPersonRequest(**BO))

    async with await signed_in.submit(
        client, "/admin/staff", **(BO | {"email": "BO@Maritime.Example"})
    ) as answer:
        assert answer.status == 409
        assert "Somebody has this e-mail address already." in await answer.text()
    with pytest.raises(Conflict):
        await staff.add(resources, None, NewPersonRequest(**BO))


async def test_names_are_text_and_never_markup(client, resources):
    await signed_in.come_in(client, resources)
    await staff.add(
        resources, None, NewPersonRequest("m@evil.example", "<script>alert(1)</script>", "agent")
    )

    async with client.get("/admin/staff") as page:
        text = await page.text()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
