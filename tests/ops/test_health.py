"""How the service says that it is: alive, ready, in figures, and on one page."""

import asyncio

import asyncpg
import pytest

from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.db import Database, Reads
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.infra.processes.lifecycle import Phase
from maritime_app.infra.redis import MultiplexedRedis, RedisError
from maritime_app.infra.telemetry import metrics
from maritime_app.jobs.outbox import enqueue
from tests import signed_in


async def test_it_works(client):
    async with client.get("/healthz") as alive, client.get("/readyz") as ready:
        assert (alive.status, await alive.json()) == (200, {"status": "ok"})
        assert ready.status == 200
        assert (await ready.json())["postgresql"] == "ok"
        assert (await ready.json())["redis"] == "ok"


async def test_without_redis_it_is_slower_not_away(client, redis_away):
    async with client.get("/readyz") as ready:
        assert ready.status == 200
        assert (await ready.json())["redis"] == "RedisError"
    for path in (
        "/",
        "/ferries?from=NOOSL&to=DEKEL&date=2027-01-01",
        "/ports",
        "/healthz",
        "/metrics",
    ):
        async with client.get(path) as page:
            assert page.status in (200, 422), path


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("LOADING Redis is loading the dataset in memory", "RedisError LOADING"),
        ("NOAUTH Authentication required.", "RedisError NOAUTH"),
        ("MISCONF Redis is configured to save RDB snapshots", "RedisError MISCONF"),
        ("READONLY You can't write against a read only replica.", "RedisError READONLY"),
        ("the line ended", "RedisError"),
    ],
)
async def test_what_redis_says_is_said(client, resources, monkeypatch, reply, said):
    """Waiting helps against the first, a password against the second."""

    async def command(*_words):
        raise RedisError(reply)

    monkeypatch.setattr(resources.redis_cache, "command", command)
    assert (await (await client.get("/readyz")).json())["redis"] == said


async def test_without_postgresql_it_is_alive_and_not_ready(client, resources):
    away = Database(f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    object.__setattr__(resources, "db", away)
    object.__setattr__(resources, "reads", Reads(away, None, 5.0, resources.cache.recent))

    async with client.get("/healthz") as alive, client.get("/readyz") as ready:
        assert alive.status == 200
        assert ready.status == 503
        assert (await ready.json())["postgresql"] == "DatabaseAway"
    async with client.get("/api/v1/ports") as answer:
        assert answer.status == 503
        assert answer.headers["Retry-After"]


async def test_search_engines_are_kept_out_of_bookings(client):
    async with client.get("/robots.txt") as answer:
        assert answer.content_type == "text/plain"
        assert "Disallow: /bookings/\n" in await answer.text()
        assert answer.headers["Server"] == "maritime"


async def test_figures_for_prometheus(client):
    await (await client.get("/api/v1/ferries/search?from=NOOSL&to=DEKEL&date=2027-01-01")).read()

    async with client.get("/metrics") as answer:
        text = await answer.text()

    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert (
        'maritime_http_requests_total{method="GET",route="/api/v1/ferries/search",status="422"}'
        in text
    )
    assert "maritime_http_request_seconds_bucket" in text


async def test_figures_are_written_once_for_all_who_ask_in_a_second(client, monkeypatch):
    written = []
    write = metrics.exposition

    def noted():
        written.append(1)
        return write()

    monkeypatch.setattr(metrics, "exposition", noted)
    monkeypatch.setattr("maritime_app.ops.figures._TEXT_SECONDS", 3_600.0)
    for _ in range(3):
        async with client.get("/metrics") as answer:
            assert "maritime_build_info" in await answer.text()
    assert len(written) == 1


async def test_addresses_do_not_become_labels(client):
    """Otherwise anybody could fill our memory with names."""
    for number in range(3):
        await (await client.get(f"/no/such/page/{number}")).read()
        await (await client.get(f"/vessels/77{number}")).read()

    async with client.get("/metrics") as answer:
        text = await answer.text()

    assert "/no/such/page" not in text
    assert 'route="/vessels/770"' not in text


async def test_the_dashboard(client, resources):
    headers = await signed_in.token(resources)

    async with client.get("/admin", headers=headers) as page:
        text = await page.text()

    assert page.status == 200
    for words in (
        "Jobs waiting",
        "Webhooks waiting",
        "nothing is oversold",
        "every ledger transaction adds up to zero",
    ):
        assert words in text


async def test_the_dashboard_without_redis(client, resources, redis_away):
    headers = await signed_in.token(resources)

    async with client.get("/admin", headers=headers) as page:
        assert page.status == 200


@pytest.fixture
async def redis_away(resources):
    """As if Redis had gone for the hot commands."""
    away = MultiplexedRedis(f"redis://127.0.0.1:{free_port()}")
    object.__setattr__(resources, "redis_cache", away)
    resources.cache._redis = away
    yield
    await away.close()


async def test_a_database_that_only_reads_is_not_ready(client, database_url):
    conn = await asyncpg.connect(database_url)
    name = await conn.fetchval("select current_database()")
    await conn.execute(f"alter database {name} set default_transaction_read_only = on")
    await conn.execute(  # also those that are open already
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )
    await conn.close()

    async with asyncio.timeout(60):
        while True:
            async with client.get("/readyz") as ready:
                found = await ready.json()
                if ready.status == 503 and found["postgresql"] == "read-only":
                    break
            await asyncio.sleep(0.1)
    async with client.get("/readyz?for=reads") as reads:
        assert reads.status == 200


async def test_until_it_serves_it_is_not_ready(client, resources):
    resources.lifecycle.phase = Phase.STARTING

    async with client.get("/readyz") as ready, client.get("/healthz") as alive:
        assert ready.status == 503
        assert (await ready.json())["status"] == "starting"
        assert alive.status == 200


async def test_what_waits_is_a_figure(client, resources):
    async with resources.db.transaction() as conn:
        await enqueue(conn, "emails.no_such_mail")
        await conn.execute("update job set run_at = now() - interval '90 seconds'")
        await raise_alert(conn, "dead_job", "a task was given up", subject=("job", "1"))

    async with client.get("/metrics") as answer:
        figures = dict(
            line.rsplit(" ", 1) for line in (await answer.text()).splitlines() if line[:1] != "#"
        )

    assert float(figures['maritime_queue_waiting{queue="emails"}']) == 1
    assert 89 < float(figures['maritime_queue_oldest_seconds{queue="emails"}']) < 120
    assert float(figures['maritime_open_alerts{kind="dead_job"}']) == 1
    assert float(figures['maritime_server_up{server="postgresql"}']) == 1
    assert float(figures['maritime_server_up{server="redis"}']) == 1
    assert float(figures["maritime_ready"]) == 1
    for name in (
        "outbox_lag_seconds",
        "webhook_lag_seconds",
        "hold_expiry_lag_seconds",
        "event_loop_lag_seconds",
        "db_connections_in_use",
        "feed_live",
        "clock_offset_seconds",
    ):
        assert f"maritime_{name}" in figures, name
    assert float(figures["process_resident_memory_bytes"]) > 1_000_000


async def test_an_outage_is_a_figure(client, redis_away):
    async with client.get("/metrics") as answer:
        assert 'maritime_server_up{server="redis"} 0.0' in await answer.text()
