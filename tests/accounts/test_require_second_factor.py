"""`staff.second_factor = "required"`: who has none switches one on before anything else."""

import re

import pytest
from aiohttp.test_utils import TestClient, TestServer

from maritime_app import domains
from maritime_app.app import create_app
from maritime_app.infra.db import Database
from maritime_app.resources import open_resources
from maritime_app.settings import file as settings_file
from maritime_app.settings.file import SettingsError, replace
from tests import signed_in


@pytest.fixture
async def resources(settings):
    """Of a process that requires it."""
    async with open_resources(
        replace(settings, staff={"second_factor": "required"}), domains.PARTS
    ) as res:
        yield res


@pytest.fixture
async def client(resources):
    async with TestClient(
        TestServer(create_app(resources), port=resources.settings.web.port)
    ) as made:
        yield made


async def test_it_works(client, resources):
    await signed_in.hire(resources)

    async with await signed_in.sign_in(client, "admin@maritime.example") as answer:
        assert answer.headers["Location"] == "/admin/account"
    async with client.get("/admin/staff", allow_redirects=False) as page:
        assert (page.status, page.headers["Location"]) == (303, "/admin/account")
    async with client.get("/admin/account") as page:
        text = await page.text()
    assert "Here everybody needs a second factor." in text
    assert "/admin/account/tokens" not in text
    secret = await begin(client)
    async with await signed_in.submit(
        client, "/admin/account/second-factor/confirm", code=signed_in.code(secret)
    ) as done:
        assert done.status == 200
    async with client.get("/admin/staff", allow_redirects=False) as page:
        assert page.status == 200


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        (
            "/admin/account/password",
            {"present": signed_in.PASSWORD, "new": "x" * 12, "again": "x" * 12},
        ),
        ("/admin/account/tokens", {"label": "mine", "may__bookings.read": "1"}),
        ("/admin/staff", {"email": "bo@x.example", "name": "Bo", "role": "admin"}),
    ],
)
async def test_nothing_else_is_allowed_before(client, resources, address, fields):
    await signed_in.come_in(client, resources)

    async with await signed_in.submit(client, address, **fields) as answer:
        text = await answer.text()

    assert answer.status == 403
    assert "switch your second factor on first" in text
    db: Database = resources.db
    async with db.acquire() as conn:
        assert [row["action"] for row in await conn.fetch("select action from audit")] == [
            "sign_in"
        ]


async def test_the_interface_says_why(client, resources):
    await signed_in.come_in(client, resources)

    async with client.get("/api/admin-tools/tasks/cached/page:en:home/") as answer:
        problem = await answer.json()

    assert answer.status == 403
    assert "second factor" in problem["detail"]


async def test_who_has_one_notices_nothing(client, resources):
    made = await signed_in.protect(resources, await signed_in.hire(resources))

    await signed_in.sign_in(client, "admin@maritime.example", next="/admin/staff")
    async with await signed_in.submit(
        client, "/sign-in/code", code=signed_in.code(made.secret)
    ) as answer:
        assert answer.headers["Location"] == "/admin/staff"
    async with client.get("/admin/staff", allow_redirects=False) as page:
        assert page.status == 200


def test_it_is_optional_unless_told_otherwise():
    assert settings_file.load({}).staff.second_factor == "optional"
    told = settings_file.load({"MARITIME_STAFF_SECOND_FACTOR": "required"})
    assert told.staff.second_factor == "required"
    with pytest.raises(SettingsError, match="MARITIME_STAFF_SECOND_FACTOR"):
        settings_file.load({"MARITIME_STAFF_SECOND_FACTOR": "sometimes"})


async def begin(client):
    async with await signed_in.submit(
        client, "/admin/account/second-factor", password=signed_in.PASSWORD
    ) as shown:
        text = await shown.text()
    found = re.search(r'<code id="secret"[^>]*>([A-Z2-7 ]+)<', text)
    assert found
    return found[1].replace(" ", "")
