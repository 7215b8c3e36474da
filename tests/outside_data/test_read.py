"""Outside data is read without waiting for its service: cache, last good copy, a job per key."""

import asyncio
from datetime import timedelta

import pytest

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.infra.upstreams.http import Fault, UpstreamDown
from maritime_app.outside_data import service, store
from maritime_app.outside_data.model import MAX_COPY_BYTES, Copy, Pending, Pulled, Reading, Source
from maritime_app.outside_data.refresh import refresh
from maritime_app.resources import Resources

WAVES = Source(
    name="waves",
    title="The wave service",
    task="weather.refresh_waves",
    max_age=timedelta(minutes=30),
    wait_seconds=0.3,
)


async def pull_calm(key: str) -> Pulled:
    return Pulled(f"calm at {key}".encode(), period="2026-11-25T12", version="7")


async def pull_nothing(key: str) -> Pulled:
    raise UpstreamDown("The wave service does not answer.", Fault.UNREACHABLE, code="waves")


async def put(res: Resources, key: str, age: timedelta) -> Copy:
    copy = Copy(b"calm", clock.now() - age)
    async with res.db.acquire() as conn:
        await store.put_copy(conn, WAVES.name, key, copy)
    return copy


async def jobs(res: Resources) -> list[tuple[str, str]]:
    async with res.db.acquire() as conn:
        rows = await conn.fetch("select task, payload ->> 'key' as key from job order by 2")
    return [(row["task"], row["key"]) for row in rows]


async def test_it_works(resources: Resources) -> None:
    await put(resources, "38N24E", timedelta(minutes=1))
    reading = await service.read(resources, WAVES, "38N24E")
    assert isinstance(reading, Reading)
    assert reading.copy.body == b"calm"
    assert not reading.stale
    assert timedelta(seconds=59) < reading.age < timedelta(seconds=90)
    assert await jobs(resources) == []


async def test_an_old_copy_is_served_and_refreshed_by_one_job(resources: Resources) -> None:
    await put(resources, "38N24E", timedelta(hours=2))
    readings = await asyncio.gather(*(service.read(resources, WAVES, "38N24E") for _ in range(20)))
    assert all(isinstance(reading, Reading) and reading.stale for reading in readings)
    assert await jobs(resources) == [("weather.refresh_waves", "38N24E")]


async def test_without_a_copy_it_waits_a_moment_and_says_when_to_come_back(
    resources: Resources,
) -> None:
    answers = await asyncio.gather(*(service.read(resources, WAVES, "38N24E") for _ in range(20)))
    assert {type(answer) for answer in answers} == {Pending}
    assert isinstance(answers[0], Pending)
    assert answers[0].retry_after_seconds > 0
    assert await jobs(resources) == [("weather.refresh_waves", "38N24E")]


async def test_a_job_that_is_quick_is_waited_for(resources: Resources) -> None:
    reading = asyncio.create_task(service.read(resources, WAVES, "38N24E"))
    await asyncio.sleep(0.05)
    outcome = await refresh(resources, WAVES, "38N24E", pull_calm)
    assert outcome == "waves 38N24E: 14 bytes"
    found = await reading
    assert isinstance(found, Reading)
    assert (found.copy.body, found.copy.period) == (b"calm at 38N24E", "2026-11-25T12")


async def test_a_refresh_is_seen_at_once(resources: Resources) -> None:
    await put(resources, "38N24E", timedelta(hours=2))
    await service.read(resources, WAVES, "38N24E")
    await refresh(resources, WAVES, "38N24E", pull_calm)
    reading = await service.read(resources, WAVES, "38N24E")
    assert isinstance(reading, Reading)
    assert (reading.copy.version, reading.stale) == ("7", False)


async def test_what_is_fresh_is_not_pulled_again(resources: Resources) -> None:
    await refresh(resources, WAVES, "38N24E", pull_calm)
    assert await refresh(resources, WAVES, "38N24E", pull_nothing) == "waves 38N24E: still fresh"


async def test_a_service_that_is_down_leaves_the_last_good_copy(resources: Resources) -> None:
    old = await put(resources, "38N24E", timedelta(days=3))
    with pytest.raises(UpstreamDown):
        await refresh(resources, WAVES, "38N24E", pull_nothing)
    reading = await service.read(resources, WAVES, "38N24E")
    assert isinstance(reading, Reading)
    assert (reading.copy.body, reading.stale) == (old.body, True)


async def test_a_body_that_is_too_large_is_refused(resources: Resources) -> None:
    async def pull_too_much(key: str) -> Pulled:
        return Pulled(b"x" * (MAX_COPY_BYTES + 1))

    with pytest.raises(Exception, match="larger"):
        await refresh(resources, WAVES, "38N24E", pull_too_much)


async def test_an_older_pull_never_replaces_a_newer(resources: Resources) -> None:
    await put(resources, "38N24E", timedelta(minutes=1))
    await put(resources, "38N24E", timedelta(hours=1))
    reading = await service.read(resources, WAVES, "38N24E")
    assert isinstance(reading, Reading)
    assert reading.age < timedelta(minutes=2)


async def test_a_key_is_bounded(resources: Resources) -> None:
    with pytest.raises(Invalid):
        await service.read(resources, WAVES, "x" * 201)
    assert await jobs(resources) == []
