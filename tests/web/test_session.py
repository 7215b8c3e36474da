"""Staff sign in and out: one answer for every wrong guess, a fresh session each time, no way to
another site.
"""

import datetime as dt

import pytest

from maritime_app import clock
from maritime_app.accounts import service
from maritime_app.accounts.model import ADMIN_EMAIL
from maritime_app.accounts.staff import service as staff
from tests import signed_in

TASKS = "/api/admin-tools/tasks/cached/page:en:home/"


async def test_it_works(client, resources):
    await signed_in.hire(resources)

    answer = await signed_in.sign_in(
        client, " Admin@Maritime.Example ", next="/admin/tasks?state=dead"
    )

    assert (answer.status, answer.headers["Location"]) == (303, "/admin/tasks?state=dead")
    cookie = answer.cookies["session"]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"]) == ("Lax", "/")
    async with client.get("/admin/tasks") as page:
        assert page.status == 200
        assert "The admin" in await page.text()


@pytest.mark.parametrize("role", ["agent", "analyst", "boarding", "operator"])
async def test_who_may_not_see_tasks_begins_with_the_own_account(client, resources, role):
    await signed_in.hire(resources, role)

    answer = await signed_in.sign_in(client, f"{role}@maritime.example", next="/admin/tasks")

    assert answer.headers["Location"] == "/admin/account"
    async with client.get("/admin/account") as page:
        text = await page.text()
    assert page.status == 200
    assert 'href="/admin/tasks"' not in text.partition("<footer")[0]


async def test_the_first_administrator_signs_in_with_what_was_printed(client, resources):
    password = await service.first_admin(resources)
    assert password

    answer = await signed_in.sign_in(client, ADMIN_EMAIL, password)

    assert answer.status == 303


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("admin@maritime.example", "wrong"),
        ("mallory@maritime.example", signed_in.PASSWORD),
        ("agent@maritime.example", signed_in.PASSWORD),
        ("admin@maritime.example", signed_in.PASSWORD + "x"),
        ("' or 1=1 --", "x"),
    ],
)
async def test_whatever_is_wrong_the_words_are_the_same(client, resources, email, password):
    await signed_in.hire(resources)
    await signed_in.hire(resources, "agent")
    async with resources.db.acquire() as conn:
        await conn.execute("update staff set disabled_at = now() where role = 'agent'")

    answer = await signed_in.sign_in(client, email, password)

    assert answer.status == 403
    assert "session" not in answer.cookies
    text = await answer.text()
    assert "That e-mail address and password do not belong together." in text
    assert signed_in.PASSWORD not in text


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\r\n/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "@evil.example",
    ],
)
async def test_nobody_is_sent_to_another_site(client, resources, elsewhere):
    """Browsers read a backslash as a slash and leave tabs and line ends out."""
    await signed_in.hire(resources)

    answer = await signed_in.sign_in(client, "admin@maritime.example", next=elsewhere)

    assert (answer.status, answer.headers["Location"]) == (303, "/admin/tasks")
    async with client.get("/sign-in", params={"next": elsewhere}) as page:
        shown = (await page.text()).partition("<footer")[
            0
        ]  # where languages are offered the question is repeated
        assert "evil.example" not in shown


async def test_a_session_that_somebody_else_prepared_is_not_taken(client, resources):
    """mallory plants a session id in Ada's browser and waits for her sign-in (session fixation)."""
    planted = "A" * 43
    await signed_in.hire(resources)
    client.session.cookie_jar.update_cookies({"session": planted}, client.make_url("/"))

    answer = await signed_in.sign_in(client, "admin@maritime.example")

    assert answer.cookies["session"].value != planted
    client.session.cookie_jar.clear()
    async with client.get(TASKS, headers={"Cookie": f"session={planted}"}) as refused:
        assert refused.status == 401


async def test_each_sign_in_is_a_session_of_its_own(client, resources):
    await signed_in.hire(resources)

    first = (await signed_in.sign_in(client, "admin@maritime.example")).cookies["session"].value
    second = (await signed_in.sign_in(client, "admin@maritime.example")).cookies["session"].value

    assert first != second


async def test_signing_out_ends_it_here_and_not_only_in_the_browser(client, resources):
    await signed_in.hire(resources)
    kept = (await signed_in.sign_in(client, "admin@maritime.example")).cookies["session"].value
    token = await signed_in.csrf(client, "/sign-in")

    async with client.post(
        "/sign-out", data={"csrf_token": token}, allow_redirects=False
    ) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/")

    async with client.get(TASKS, headers={"Cookie": f"session={kept}"}) as refused:
        assert refused.status == 401


async def test_a_flushed_redis_only_signs_people_out(client, resources):
    await signed_in.hire(resources)
    await signed_in.sign_in(client, "admin@maritime.example")
    await resources.redis_cache.command("FLUSHALL")

    async with client.get("/admin/tasks", allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/sign-in?next=/admin/tasks"
    assert (await signed_in.sign_in(client, "admin@maritime.example")).status == 303


async def test_a_redis_that_comes_back_from_a_dump_brings_no_ended_session_back(client, resources):
    who = await signed_in.come_in(client, resources)
    keys = await resources.redis_cache.command("KEYS", "web:session:*")
    [key] = [key for key in keys if b":of:" not in key]
    dump = await resources.redis_cache.command("GET", key)
    await staff.set_password(resources, None, who)
    await resources.redis_cache.command("FLUSHALL")
    await resources.redis_cache.command("SET", key, dump)

    async with client.get("/admin/tasks", allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/sign-in?next=/admin/tasks"
    assert b"The admin" not in dump, "no name lies in Redis"


async def test_signing_in_is_written_down(client, resources):
    who = await signed_in.hire(resources)
    await signed_in.sign_in(client, "admin@maritime.example", "wrong")
    await signed_in.sign_in(client, "admin@maritime.example")

    async with resources.db.acquire() as conn:
        rows = await conn.fetch("select staff_id, action from audit")
    assert [tuple(row) for row in rows] == [(who, "sign_in")]


async def test_a_page_with_somebody_signed_in_is_not_shown_to_the_next(client, resources):
    """Pages are kept as ready bytes: whoever renders one first must leave no trace in it."""
    question = "/ferries?from=NOOSL&to=DEKEL&date=2027-01-01"
    await signed_in.hire(resources)
    await signed_in.sign_in(client, "admin@maritime.example")
    for path in ("/", question):
        async with client.get(path) as page:
            seen = await page.text()
        client.session.cookie_jar.clear()
        async with client.get(path) as page:
            text = await page.text()
        assert "sign-out" not in text, path
        assert "csrf_token" not in seen, path


async def test_redis_holds_no_id_that_would_open_anything(client, resources):
    await signed_in.hire(resources)
    answer = await signed_in.sign_in(client, "admin@maritime.example")
    session_id = answer.cookies["session"].value.encode()

    keys = await resources.redis_cache.command("KEYS", "*")

    assert keys
    assert not any(session_id in key for key in keys)


async def test_a_session_ends_after_thirty_days_however_often_it_is_used(
    client, resources, monkeypatch
):
    await signed_in.come_in(client, resources)
    began = clock.now()
    for days, location in ((29.9, None), (30.1, "/sign-in?next=/admin/tasks")):
        later = began + dt.timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda later=later: later)
        async with client.get("/admin/tasks", allow_redirects=False) as answer:
            assert answer.headers.get("Location") == location


async def test_ones_sessions_are_listed_and_ended(client, resources, other_browser):
    await signed_in.come_in(client, resources)
    headers = {"User-Agent": "Elsewhere/1.0 <b>"}
    other_browser.session.headers.update(headers)
    await signed_in.sign_in(other_browser, "admin@maritime.example")
    async with client.get("/admin/account") as shown:
        page = await shown.text()
    assert "Elsewhere/1.0 &lt;b&gt;" in page
    assert page.count("Sign out there") == 1

    await signed_in.submit(client, "/admin/account/sessions/end", name="others")

    async with other_browser.get("/admin/tasks", allow_redirects=False) as ended:
        assert ended.status == 303
    async with client.get("/admin/tasks", allow_redirects=False) as own:
        assert own.status == 200


async def test_nobody_ends_somebody_elses_session(client, resources, other_browser):
    await signed_in.come_in(client, resources)
    agent = await signed_in.come_in(other_browser, resources, "agent")
    keys = await resources.redis_cache.command("ZRANGE", f"web:session:of:{agent}", 0, -1)

    await signed_in.submit(client, "/admin/account/sessions/end", name=keys[0].decode())

    async with other_browser.get("/admin/account", allow_redirects=False) as answer:
        assert answer.status == 200
