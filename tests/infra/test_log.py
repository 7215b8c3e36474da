"""Log lines: named values for machines, never a person's data or a secret, whoever logs."""

import io
import json
import logging
import sys

import asyncpg
import pytest

from maritime_app.infra.telemetry import log

ADAS = {
    "email": "ada@example.org",
    "surname": "Lund",
    "phone": "+47 555 01 23",
    "birth_date": "1980-02-03",
}
SECRETS = {
    "password": "hunter2",
    "token": "mt_abc",
    "api_key": "sk_1",
    "authorization": "Bearer x",
    "cookie": "s=1",
}


@pytest.fixture
def lines(monkeypatch):
    """What was written, as values; the suite's own set-up is put back afterwards."""
    written = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", written)
        log.set_up("INFO", "json")
        yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    log.set_up("ERROR")


def test_it_works(lines):
    log.get("maritime_app.vessels.feed.consumer").info("feed_silent", age_seconds=95)

    (line,) = lines()
    assert (line["event"], line["age_seconds"], line["level"]) == ("feed_silent", 95, "info")
    assert line["module"] == "maritime_app.vessels.feed.consumer"
    assert line["timestamp"].endswith("Z")


def test_private_values_never_get_through(lines):
    log.get("x").error("booked", reference="AAAA2222", **ADAS, **SECRETS)

    (line,) = lines()
    assert line["reference"] == "AAAA2222"
    assert {line[name] for name in (*ADAS, *SECRETS)} == {"[private]"}


def test_nor_inside_other_values(lines):
    log.get("x").error(
        "booked",
        contact=ADAS,
        people=[{"given_name": "Ada", "number": 1}],
        deep={"a": {"b": SECRETS}},
    )

    (line,) = lines()
    text = json.dumps(line)
    for value in (*ADAS.values(), *SECRETS.values(), "Ada"):
        assert value not in text, value
    assert line["people"][0]["number"] == 1


async def test_nor_through_what_the_database_says(lines, db):
    """PostgreSQL puts the failing row into its errors, and a traceback ends with their words."""
    async with db.acquire() as conn:
        await conn.execute(
            "create temp table guest"
            " (email text check (email <> 'ada@example.org'), phone text unique)"
        )
        for words in ("'ada@example.org', '+47 555 01 23'", "'bo@example.org', '+47 555 01 24'"):
            try:
                await conn.execute(f"insert into guest values ({words}), ({words})")
            except asyncpg.PostgresError as error:
                log.get("x").error("request_failed", exc_info=error)

    written = lines()
    assert len(written) == 2
    for line in written:
        assert "violates" in line["exception"]
        assert "@example.org" not in line["exception"]
        assert "555" not in line["exception"]


def test_libraries_go_the_same_way(lines):
    logging.getLogger("some.library").warning("slow answer")
    logging.getLogger("some.library").debug("chatter")

    (line,) = lines()
    assert (line["event"], line["level"]) == ("slow answer", "warning")


def test_chatty_libraries_are_heard_from_warning_on(lines):
    logging.getLogger("aiohttp.access").info("GET /bookings/AAAA2222?token=secret HTTP/1.1")
    logging.getLogger("stripe").info("message='Request to Stripe api'")

    assert lines() == []


def test_below_the_level_nothing_is_written(lines):
    log.set_up("WARNING", "json")

    log.get("x").info("chatter")

    assert lines() == []
