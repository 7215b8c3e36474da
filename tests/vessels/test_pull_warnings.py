"""The list of a publisher of warnings is pulled, if it has changed; the last good one stays."""

from dataclasses import replace as with_values
from datetime import UTC, date, datetime, time, timedelta

import msgspec
import pytest

from maritime_app.errors import Invalid
from maritime_app.infra.upstreams.http import Fault, UpstreamDown, UpstreamError
from maritime_app.sandbox.warnings.bulletin import bulletin
from maritime_app.settings.file import replace
from maritime_app.vessels.jobs import fetch_warnings
from maritime_app.vessels.warnings import pulling, reading, service
from maritime_app.vessels.warnings.model import PLAYED_PUBLISHER
from maritime_app.vessels.warnings.responses import WarningsRequest

SEAS = 12


@pytest.fixture(autouse=True)
def always_due(monkeypatch):
    """Each call pulls: the half hour between two is the clock's affair."""
    monkeypatch.setattr(pulling, "_MAX_AGE", timedelta(0))


async def in_force(res):
    return await service.warnings(res, WarningsRequest())


async def test_it_works(played):
    """Every warning is the sandbox's and said to be invented; unchanged, it is not sent again."""
    assert f"{SEAS} new, 0 changed, 0 withdrawn" in await fetch_warnings(played)
    found = await in_force(played)
    assert {one.publisher for one in found.warnings} == {PLAYED_PUBLISHER}
    assert all(one.invented for one in found.warnings)
    assert found.total == SEAS
    assert "0 new, 0 changed, 0 withdrawn" in await fetch_warnings(played)
    again = await in_force(played)
    assert again.warnings[0].read_at > found.warnings[0].read_at


async def test_what_has_not_changed_is_not_sent(played, monkeypatch):
    """The publisher is asked with the tag of what is known, and answers 304 without a body."""
    replies = []
    asked = pulling._asked

    async def seen(res, tag):
        replies.append(await asked(res, tag))
        return replies[-1]

    monkeypatch.setattr(pulling, "_asked", seen)
    await fetch_warnings(played)
    await fetch_warnings(played)
    assert [(reply.status, bool(reply.body)) for reply in replies] == [(200, True), (304, False)]


async def test_it_is_pulled_once_in_half_an_hour(played, monkeypatch):
    monkeypatch.setattr(pulling, "_MAX_AGE", timedelta(minutes=25))
    await fetch_warnings(played)
    assert "still fresh" in await fetch_warnings(played)


@pytest.mark.parametrize(
    ("fault", "kind", "why"),
    [
        ("busy", UpstreamDown, Fault.STATUS),
        ("broken", UpstreamDown, Fault.STATUS),
        ("garbage", UpstreamError, Fault.MALFORMED),
        ("cut", UpstreamError, Fault.MALFORMED),
    ],
)
async def test_a_publisher_that_misbehaves_costs_no_warning(played, sandbox, fault, kind, why):
    """A list of which most is missing would withdraw more than half: nothing is changed."""
    await fetch_warnings(played)
    control = f"{sandbox.url}/control"
    async with played.http.post(control, json={"warnings": {"fault": fault}}) as done:
        assert done.status == 200
    with pytest.raises(kind) as refused:
        await fetch_warnings(played)
    assert refused.value.fault is why
    assert (await in_force(played)).total == SEAS
    if fault == "busy":
        with pytest.raises(UpstreamDown, match="left alone"):
            await fetch_warnings(played)
        return
    async with played.http.post(control, json={"warnings": {"fault": ""}}) as done:
        assert done.status == 200
    if fault in ("garbage", "cut"):
        assert "0 new" in await fetch_warnings(played)


async def test_where_the_ships_are_real_the_invented_ones_are_gone(played, resources, client):
    """At once, and not with the next list: `resources` are a copy that plays no publisher."""
    await fetch_warnings(played)
    assert (await in_force(played)).total == SEAS
    found = await in_force(resources)
    assert (found.total, found.warnings, found.publishers) == (0, [], [])
    async with client.get("/vessels/warnings") as page:
        assert "No warnings have been read" in await page.text()


async def test_without_an_address_nothing_is_pulled(resources):
    assert await fetch_warnings(resources) == "no list of warnings is configured"


async def test_a_list_of_ones_own_keeps_its_publisher(sandbox, resources):
    """The same address as somebody's own list, who says whose it is; nothing of it is ours."""
    mine = {"url": sandbox.warnings_url, "publisher": "Coast Guard"}
    res = with_values(resources, settings=replace(resources.settings, warnings=mine))
    await fetch_warnings(res)
    found = await in_force(res)
    assert [each.publisher for each in found.publishers] == ["Coast Guard"]


@pytest.mark.parametrize("day", [date(2026, 1, 1) + timedelta(days=n) for n in range(0, 365, 30)])
def test_the_invented_list_can_be_read_on_every_day(day):
    """And from one day to the next no more than half of it goes."""
    read, later = (
        reading.read(msgspec.json.encode(bulletin(7, each)), PLAYED_PUBLISHER)
        for each in (day, day + timedelta(days=1))
    )
    assert (len(read.warnings), read.left_out) == (SEAS, {})
    gone = {each.reference for each in read.warnings} - {each.reference for each in later.warnings}
    assert 0 < len(gone) <= SEAS / 2


@pytest.mark.parametrize("day", [date(2026, 1, 1) + timedelta(days=n) for n in range(3)])
def test_the_invented_list_is_in_force_at_every_hour_of_its_day(day):
    """Also while the day is young: in its first four hours a sixth of the seas had no warning."""
    midnight = datetime.combine(day, time(), UTC)
    for each in bulletin(7, day)["features"]:
        said = each["properties"]
        assert datetime.fromisoformat(said["starts_at"]) <= midnight
        assert datetime.fromisoformat(said["ends_at"]) >= midnight + timedelta(days=1)


def test_what_is_no_list_is_refused():
    with pytest.raises(Invalid):
        reading.read(b"<html>Just a moment ...</html>", PLAYED_PUBLISHER)
