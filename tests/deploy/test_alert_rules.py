"""The shipped rules for Prometheus: each fault fires its own rule and no other."""

import asyncio
import contextlib
import operator
import re
import time
from pathlib import Path

import pytest
import yaml

from maritime_app import clock
from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.cache.recent_tags import RecentTags
from maritime_app.infra.cache.two_level import LISTENING
from maritime_app.infra.db import Database, replica, server_clock
from maritime_app.infra.db.replica import Reads
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.infra.processes import loop_lag
from maritime_app.infra.redis import MultiplexedRedis
from maritime_app.infra.upstreams import breaker
from maritime_app.jobs.model import Queue
from maritime_app.jobs.outbox import enqueue
from maritime_app.jobs.pausing.watch import tell_of_long_pauses
from maritime_app.ops.figures import FIGURES
from maritime_app.settings.file import load, replace
from maritime_app.vessels.live import live_store
from maritime_app.vessels.model import FeedHealth, FeedState
from tests.factories import a_sailing, an_ask, book

# What a busy machine fires by itself, while tests run side by side.
OF_THE_MACHINE = {"EventLoopBlocked"}
FILE = Path(__file__).resolve().parents[2] / "deploy" / "monitoring" / "alerts.yaml"
RULES = yaml.safe_load(FILE.read_text())["groups"][0]["rules"]
# The whole language of our rules: a figure, labels that must be so, a comparison.
EXPRESSION = re.compile(r"(\w+)(?:\{(\w+)=\"(\w+)\"\})? (==|>|<) (-?\d+)")
PAUSED = "maritime_pause_seconds"
EVENT = (
    "insert into stripe_event (id, type, payload, received_at)"
    " values ('evt_1', 'x', '{}', now() - interval '2 minutes')"
)
COMPARE = {"==": operator.eq, ">": operator.gt, "<": operator.lt}


@pytest.fixture(autouse=True)
def closed_breakers():
    """Figures are the process's: breakers that other tests left open are closed."""
    for sample in list(next(iter(breaker.STATE.collect())).samples):
        breaker.STATE.labels(**sample.labels).set(0)


async def test_it_works(resources):
    """Nothing is wrong, nothing fires."""
    assert await firing(resources) == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_a_rule_is_one_comparison_and_says_what_to_do(rule):
    assert EXPRESSION.fullmatch(rule["expr"]), rule["expr"]
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"]


async def test_without_postgresql(resources):
    away = Database(f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    object.__setattr__(resources, "db", away)

    assert await firing(resources) == {"PostgresqlDown"}


async def test_without_redis(resources):
    away = MultiplexedRedis(f"redis://127.0.0.1:{free_port()}")
    object.__setattr__(resources, "redis_cache", away)

    assert await firing(resources) == {"RedisDown"}
    await away.close()


async def test_a_redis_that_is_nearly_full(resources):
    used = int(re.findall(rb"used_memory:(\d+)", await redis_says(resources))[0])
    await resources.redis_cache.command("CONFIG", "SET", "maxmemory", used + 100_000)
    try:
        assert await firing(resources) == {"RedisNearlyFull"}
    finally:
        await resources.redis_cache.command("CONFIG", "SET", "maxmemory", 0)


async def redis_says(resources):
    return await resources.redis_cache.command("INFO", "memory")


async def test_a_task_that_waits(resources):
    await enqueue_late(resources)

    assert await firing(resources) == {"TasksWait"}


async def test_what_is_paused_is_not_late(resources, client):
    """Tasks, events, holds and mails wait for it, and it is said; a long one is one alert."""
    await enqueue_late(resources)
    await execute(resources, EVENT)
    await book(client, an_ask(await a_sailing(resources.db)))
    await execute(resources, "update booking set expires_at = now() - interval '2 minutes'")
    await mail(resources, "one", "2 minutes")
    for queue in Queue:
        await execute(
            resources, f"insert into job_pause (name, reason) values ('{queue}', 'new disks')"
        )

    assert await firing(resources) == set()
    paused = {labels["name"] for name, labels, _ in await figures(resources) if name == PAUSED}
    assert paused == set(Queue)

    await execute(resources, "update job_pause set since = now() - interval '61 minutes'")
    await tell_of_long_pauses(resources.db, 3600)
    await unread(resources)
    assert await firing(resources) == {"SomebodyMustLook"}


async def test_a_pause_that_nobody_ends(resources):
    """Said also where no worker runs that would raise the alert, and after somebody settled it."""
    begin = (
        "insert into job_pause (name, reason, since) values ('data', 'x', now() - interval '{}')"
    )
    for age, expected in (("119 minutes", set()), ("121 minutes", {"PausedForHours"})):
        await execute(resources, "delete from job_pause")
        await execute(resources, begin.format(age))
        await unread(resources)
        assert await firing(resources) == expected


async def test_an_age_is_counted_from_the_end_of_a_pause(resources):
    """What it kept is not late at once, and is late when nobody takes it then."""
    await enqueue_late(resources)
    await execute(resources, EVENT)
    for age, expected in (("1 second", set()), ("1 minute", {"TasksWait", "WebhooksWait"})):
        await execute(resources, "delete from job_pause")
        for queue in Queue:
            await execute(
                resources,
                "insert into job_pause (name, reason, until)"
                f" values ('{queue}', 'new disks', now() - interval '{age}')",
            )
        await unread(resources)
        assert await firing(resources) == expected


async def test_what_is_paused_hides_nothing_of_others(resources):
    await enqueue_late(resources)
    await execute(
        resources, "insert into job_pause (name, reason) values ('payments', 'new disks')"
    )

    assert await firing(resources) == {"TasksWait"}


async def test_an_event_that_waits(resources):
    await execute(resources, EVENT)

    assert await firing(resources) == {"WebhooksWait"}


async def test_a_hold_past_its_time(resources, client):
    booking = await book(client, an_ask(await a_sailing(resources.db)))
    assert booking["status"] == "held"
    await execute(resources, "update booking set expires_at = now() - interval '2 minutes'")

    assert await firing(resources) == {"HoldsPastTheirTime"}


async def test_mails_that_wait(resources):
    """One is enough: who has few travellers is told as well."""
    await mail(resources, "one", "2 minutes")

    assert await firing(resources) == {"MailsWait"}


async def test_a_mail_that_is_refused_for_now_while_others_go(resources):
    await mail(resources, "refused", "2 minutes")
    await mail(resources, "taken", "1 minute", sent=True)

    assert await firing(resources) == set()


async def test_a_mail_that_was_given_up_waits_for_nothing(resources):
    """It has an alert of its own, which somebody settles; this rule would fire for ever."""
    await mail(resources, "one", "2 minutes")
    await execute(resources, "update job set state = 'dead', finished_at = now(), run_at = now()")

    assert await firing(resources) == set()
    assert ("maritime_mails_waiting", {}, 0.0) in await figures(resources)


async def test_a_standby_that_is_away(resources):
    stop = asyncio.Event()
    away = Database(f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    following = asyncio.create_task(Reads(resources.db, away, 5.0, RecentTags()).follow(stop))
    async with asyncio.timeout(30):
        while seconds(replica.LAG) != -1:
            await asyncio.sleep(0.05)

    assert await firing(resources) == {"StandbyLeftOut"}
    stop.set()
    await following
    replica.LAG.set(0)


async def test_too_few_connections(resources, settings):
    """A single caller who stands in line is enough: a small pool has a short line."""
    few = Database(settings.database.url, connections=1)
    object.__setattr__(resources, "db", few)
    await figures(resources)

    async def ask():
        async with few.acquire():
            pass

    async with few.acquire():
        assert await firing(resources) == set()
        asking = asyncio.create_task(ask())
        while few.waiting_seconds <= 1:
            await asyncio.sleep(0.05)
        assert await firing(resources) == {"ConnectionsShort"}
    await asking
    assert await firing(resources) == set()
    await few.close()


async def test_an_event_loop_that_is_blocked(resources):
    stop = asyncio.Event()
    measuring = asyncio.create_task(loop_lag.measure(stop))
    await asyncio.sleep(0)
    time.sleep(1.5)  # noqa: ASYNC251  # the fault
    async with asyncio.timeout(30):
        while seconds(loop_lag.LAG) < 1:
            await asyncio.sleep(0.05)

    assert await firing(resources, but=set()) == {"EventLoopBlocked"}
    stop.set()
    await measuring
    loop_lag.LAG.set(0)


def test_there_are_fifteen_and_each_has_its_fault():
    """A rule without a test here may be one that never fires."""
    text = Path(__file__).read_text()
    assert len(RULES) >= 15
    assert [rule["alert"] for rule in RULES if text.count(f'"{rule["alert"]}"') < 1] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_it_fires_within_a_minute(rule):
    """What is measured as an age is as old as its bound first; then `for`."""
    bound = int(rule["expr"].rsplit(" ", 1)[1])
    age: float = bound if re.search(r"(oldest|lag|age|wait)_seconds.* > ", rule["expr"]) else 0
    if "feed_silent" in rule["expr"]:
        age = load({}).vessels.silent_after_seconds
    assert age + int(rule.get("for", "0s").removesuffix("s")) <= 60


async def test_an_open_alert(resources):
    async with resources.db.transaction() as conn:
        await raise_alert(conn, "dispute", "a customer disputes", subject=("dispute", "dp_1"))

    assert await firing(resources) == {"SomebodyMustLook"}


async def test_a_deaf_cache(resources):
    LISTENING.set(0)

    assert await firing(resources) == {"CacheDeaf"}
    LISTENING.set(1)


async def test_ships_that_fall_silent(resources):
    await follow_ships(resources)
    now_ms = clock.epoch_ms()
    silent = FeedHealth(FeedState.SILENT, last_position_ms=now_ms - 61_000)
    await live_store.write_health(resources.redis_cache, 1, now_ms, health=silent, under_way=[])

    assert await firing(resources) == {"ShipsSilent"}


async def test_ships_that_are_late_are_not_silent_before_the_map_says_so(resources):
    await follow_ships(resources)
    now_ms = clock.epoch_ms()
    late = FeedHealth(FeedState.LIVE, last_position_ms=now_ms - 50_000)
    await live_store.write_health(resources.redis_cache, 1, now_ms, health=late, under_way=[])

    assert await firing(resources) == set()


async def test_ships_that_nobody_follows_any_more(resources):
    """The stream has ended: there is not even an age."""
    await follow_ships(resources, silent_after_seconds=0.0)

    assert await firing(resources) == {"ShipsSilent"}


async def test_a_key_that_has_never_worked(resources):
    await follow_ships(resources, silent_after_seconds=0.0)
    refused = FeedHealth(FeedState.BAD_KEY)
    now_ms = clock.epoch_ms()
    await live_store.write_health(resources.redis_cache, 1, now_ms, health=refused, under_way=[])

    assert await firing(resources) == {"ShipsSilent"}


@pytest.mark.parametrize(("offset", "rule"), [(600.0, "ClockOff"), (-600.0, "ClockAhead")])
async def test_a_clock_that_is_off(resources, offset, rule):
    await figures(resources)  # after the first measurement
    server_clock.OFFSET.set(offset)

    assert await firing(resources) == {rule}
    server_clock.OFFSET.set(0.0)


async def test_an_operator_that_is_down(resources):
    down = breaker.Breaker("operator:AWY")
    with contextlib.suppress(breaker.BreakerOpen):
        for _ in range(20):
            with contextlib.suppress(OSError), down.guard(OSError):
                raise OSError

    assert await firing(resources) == {"OperatorDown"}
    # While one caller probes it is as far away as before: the rule must not begin to count anew.
    breaker.STATE.labels("operator:AWY").set(breaker.BreakerState.HALF_OPEN.value)
    assert await firing(resources) == {"OperatorDown"}


def seconds(figure):
    """What a figure without labels says now."""
    return next(iter(figure.collect())).samples[0].value


async def follow_ships(res, **vessels):
    """Give this process a feed that it should hear."""
    chosen = replace(res.settings, aisstream={"api_key": "a-key"}, vessels=vessels)
    object.__setattr__(res, "settings", chosen)


async def mail(res, name, age, *, sent=False):
    """Write a mail so long ago; one that is not sent is tried again in a while."""
    async with res.db.transaction() as conn:
        await conn.execute(
            "insert into mail (id, unique_key, template, recipient, language, context, created_at)"
            " values (gen_random_uuid(), $1, 'x', 'a@example.org', 'en', '{}',"
            " now() - $2::text::interval)",
            name,
            age,
        )
        await enqueue(conn, "emails.send_x", unique_key=f"mail:{name}")
        await conn.execute(
            "update job set run_at = now() + interval '5 minutes' where unique_key = $1",
            f"mail:{name}",
        )
        if sent:
            await conn.execute("update mail set sent_at = now() where unique_key = $1", name)
            await conn.execute(
                "update job set state = 'done', finished_at = now() where unique_key = $1",
                f"mail:{name}",
            )


async def enqueue_late(res):
    """A task of the queue of mails that has been due for two minutes."""
    async with res.db.transaction() as conn:
        await enqueue(conn, "emails.no_such_mail")
        await conn.execute("update job set run_at = now() - interval '2 minutes'")


async def unread(res):
    """Let the figures be read again at once."""
    res[FIGURES]._read_at = float("-inf")


async def execute(res, statement):
    async with res.db.acquire() as conn:
        await conn.execute(statement)


async def figures(res):
    """(name, labels, value) of every figure, as a scrape reads it that comes a second later."""
    res[FIGURES]._written_at = float("-inf")
    found = []
    for line in (await res[FIGURES].exposition()).decode().splitlines():
        if line.startswith("#"):
            continue
        name = re.split(r"[{ ]", line, maxsplit=1)[0]
        labels = dict(re.findall(r'(\w+)="([^"]*)"', line))
        found.append((name, labels, float(line.rsplit(" ", 1)[1])))
    return found


async def firing(res, but=OF_THE_MACHINE):
    """The rules whose comparison holds now, `for` left aside."""
    found = await figures(res)
    fired = set()
    for rule in RULES:
        if rule["alert"] in but:
            continue
        expression = EXPRESSION.fullmatch(rule["expr"])
        assert expression is not None
        name, label, wanted, compare, bound = expression.groups()
        for figure, labels, value in found:
            meant = figure == name and (label is None or labels.get(label) == wanted)
            if meant and COMPARE[compare](value, float(bound)):
                fired.add(rule["alert"])
    return fired
