"""Feeds are pulled from where they are published, and staff see their editions and go back."""

import asyncio
from uuid import UUID

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from maritime_app.errors import Invalid, NotFound
from maritime_app.ferries.timetables.editions import jobs, pulling, service
from maritime_app.ferries.timetables.editions.activation import activate
from maritime_app.infra.upstreams.http import UpstreamError
from tests import signed_in
from tests.ferries.feeds import edited, feed

AT_NINE = edited("stop_times.txt", "T,08:00:00,08:00:00,a", "T,07:00:00,07:00:00,a")
NEVER = {"trips.txt": "route_id,service_id,trip_id,trip_headsign\n"}


class Publisher:
    """Who publishes the island line: its file, its ETag, and what it was asked with."""

    def __init__(self, folder):
        self.folder, self.asked, self.status, self.address = folder, [], 200, ""
        self.publish("v1")

    def publish(self, etag, changes=None):
        """Put another file in place."""
        self.etag, self.file = f'"{etag}"', feed(self.folder, changes, f"{etag}.zip")

    async def answer(self, request):
        known = request.headers.get("If-None-Match")
        self.asked.append(known)
        if known == self.etag:
            return web.Response(status=304)
        body = await asyncio.to_thread(self.file.read_bytes)
        return web.Response(status=self.status, body=body, headers={"ETag": self.etag})


@pytest.fixture
async def publisher(tmp_path):
    """The publisher at an address of its own."""
    made = Publisher(tmp_path)
    app = web.Application()
    app.router.add_get("/feed.zip", made.answer)
    async with TestServer(app) as server:
        made.address = str(server.make_url("/feed.zip"))
        yield made


async def states(res):
    _feed, editions = await service.editions(res, "isle")
    return [each.state.value for each in editions]


async def test_it_works(resources, publisher):
    followed = await pulling.follow(resources, "isle", publisher.address)
    assert followed.startswith("isle: ")
    assert await pulling.pull(resources, "isle") == "isle: not changed"

    publisher.publish("v2", AT_NINE)
    assert await jobs.pull_timetable(resources, feed="isle") != "isle: not changed"

    assert publisher.asked == [None, '"v1"', '"v1"']
    assert await states(resources) == ["active", "earlier"]
    shown, _editions = await service.editions(resources, "isle")
    assert (shown.address, shown.etag) == (publisher.address, '"v2"')
    assert shown.pulled_at is not None


async def test_a_file_that_takes_too_much_is_refused_once_and_listed(resources, publisher):
    await pulling.follow(resources, "isle", publisher.address)
    publisher.publish("v2", NEVER)

    refused = await jobs.pull_timetable(resources, feed="isle")

    assert "refused" in refused
    assert await pulling.pull(resources, "isle") == "isle: not changed"  # not pulled for nothing
    assert await states(resources) == ["active", "refused"]


async def test_whoever_does_not_answer_is_asked_again_with_the_same(resources, publisher):
    await pulling.follow(resources, "isle", publisher.address)
    publisher.publish("v2", AT_NINE)
    publisher.status = 503
    with pytest.raises(UpstreamError):
        await jobs.pull_timetable(resources, feed="isle")

    publisher.status = 200
    await pulling.pull(resources, "isle")
    assert publisher.asked[-2:] == ['"v1"', '"v1"']
    assert await states(resources) == ["active", "earlier"]


async def test_a_feed_that_is_dropped_while_it_is_pulled_stays_dropped(
    resources, publisher, monkeypatch
):
    await pulling.follow(resources, "isle", publisher.address)
    publisher.publish("v2", AT_NINE)

    async def dropped_before(*args):
        await service.drop(resources, "isle")
        return await activate(*args)

    monkeypatch.setattr(service, "activate", dropped_before)
    with pytest.raises(NotFound, match="no such feed any more"):
        await pulling.pull(resources, "isle")
    assert await service.feeds(resources) == []


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://x", "", "https://" + "x" * 1000])
async def test_an_address_is_of_the_web(resources, address):
    with pytest.raises(Invalid):
        await pulling.follow(resources, "isle", address)


async def test_every_feed_with_an_address_gets_a_task_of_its_own(resources, publisher):
    assert await jobs.pull_timetables(resources) == "no feed is pulled"
    await pulling.follow(resources, "isle", publisher.address)

    assert await jobs.pull_timetables(resources) == "isle"

    async with resources.db.acquire() as conn:
        sql = "select payload ->> 'feed' from job where task = 'ferries.pull_timetable'"
        assert await conn.fetchval(sql) == "isle"


async def test_staff_see_the_editions_and_go_back(client, resources, publisher):
    await pulling.follow(resources, "isle", publisher.address)
    publisher.publish("v2", AT_NINE)
    await pulling.pull(resources, "isle")
    await signed_in.come_in(client, resources)
    async with client.get("/admin/timetables") as answer:
        assert "/admin/timetables/isle" in await answer.text()
    _feed, editions = await service.editions(resources, "isle")
    token = await signed_in.csrf(client, "/admin/timetables/isle")

    form = {"csrf_token": token, "edition": str(editions[1].id)}
    async with client.post("/admin/timetables/isle/restore", data=form) as answer:
        assert "It is being brought back" in await answer.text()

    async with resources.db.acquire() as conn:
        sql = "select payload from job where task = 'ferries.restore_timetable'"
        payload = await conn.fetchval(sql)
        audit = "select detail ->> 'feed' from audit where action = 'timetable_restore_asked'"
        assert await conn.fetchval(audit) == "isle"
    await jobs.restore_timetable(resources, **payload)
    _feed, after = await service.editions(resources, "isle")
    assert UUID(payload["edition"]) == after[0].id

    form["edition"] = str(after[0].id)  # the one that is shown
    async with client.post("/admin/timetables/isle/restore", data=form) as answer:
        assert answer.status == 404


async def test_programs_see_what_the_page_shows(client, resources, publisher):
    """The same keys; what an edition changed, by day and against which edition."""
    await pulling.follow(resources, "isle", publisher.address)
    publisher.publish("v2", AT_NINE)
    await pulling.pull(resources, "isle")
    headers = await signed_in.token(resources, "admin")

    async def read(address):
        async with client.get(f"/api/v1/timetables{address}", headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    (listed,) = (await read(""))["feeds"]
    found = await read("/isle")
    assert (listed["feed"], listed["edition"]) == (found["feed"], found["editions"][0])
    new, old = found["editions"]
    assert (new["state"], old["state"]) == ("active", "earlier")
    assert await read(f"/isle/editions/{new['id']}") == new
    changes = await read(f"/isle/editions/{new['id']}/differences")
    assert changes["compared_with"] == old["id"]
    assert (changes["days"], len(changes["by_day"])) == (14, 14)
    # The boat leaves Alpha an hour earlier: each later call is another one, too.
    kinds = ("departures", "added", "changed", "removed", "unchanged")
    assert [changes[kind] for kind in kinds] == [new["report"][kind] for kind in kinds]
    assert changes["changed"] == sum(day["changed"] for day in changes["by_day"]) > 0
    async with client.get(f"/api/v1/timetables/isle/editions/{UUID(int=1)}", headers=headers) as no:
        assert no.status == 404


@pytest.mark.parametrize("role", ["agent", "operator"])
async def test_others_do_not(client, resources, role):
    headers = await signed_in.token(resources, role)
    for address in ("/admin/timetables", "/api/v1/timetables", "/api/v1/timetables/isle"):
        async with client.get(address, headers=headers) as answer:
            assert answer.status == 403
