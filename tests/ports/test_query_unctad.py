"""The query API with our keys: the same figures as the bulk files, less of them at a time, and what
if it fails.
"""

import asyncio
import dataclasses
import gzip
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from maritime_app import clock
from maritime_app.cli.processes.sandbox_settings import missing_services, use_sandbox
from maritime_app.errors import Unavailable
from maritime_app.infra.upstreams.http import UpstreamDown, UpstreamError
from maritime_app.outside_data import pacing
from maritime_app.ports import service
from maritime_app.ports.statistics.tables import (
    ARRIVALS_S,
    PLSCI,
    PORT_CALLS,
    PORT_CALLS_S,
    PULLED_REPORTS,
    TABLE_BY_REPORT,
)
from maritime_app.ports.statistics.unctad import query_api, query_form, query_pull
from maritime_app.ports.statistics.unctad.query_api import KeysRefused, QueryApi
from maritime_app.resources import Resources
from maritime_app.sandbox.model import SandboxAddresses
from maritime_app.settings import file as settings_file
from maritime_app.settings.file import replace
from maritime_app.settings.model import Settings
from maritime_app.settings.outside import Unctad

SECRET = "the secret of this test"
FIRST_YEAR = 2015  # of the sandbox's figures
EVERY_FIGURE = """
    select s.report, o.measure, o.geo_code, o.vessel_market, o.period_code, o.period_start,
           o.value, o.missing_reason, g.geo_kind, g.label, g.country, m.label as measure_label
    from stat_obs o join stat_series s on s.id = o.series_id
    join stat_geo g using (series_id, geo_code) join stat_measure m using (series_id, measure)
    order by 1, 2, 3, 4, 5
"""


def with_unctad(res: Resources, **changed: Any) -> Resources:
    """The same process, told something else about UNCTAD."""
    return dataclasses.replace(res, settings=replace(res.settings, unctad=changed))


async def rows(res: Resources, sql: str) -> list[tuple[Any, ...]]:
    async with res.db.acquire() as conn:
        return [tuple(row) for row in await conn.fetch(sql)]


async def execute(res: Resources, sql: str) -> None:
    async with res.db.acquire() as conn:
        await conn.execute(sql)


async def alerts(res: Resources) -> list[tuple[Any, ...]]:
    return await rows(res, "select kind, subject_id from alert order by raised_at")


async def queries(sandbox: SandboxAddresses, http: aiohttp.ClientSession) -> list[str]:
    """The filters of the queries that the sandbox has received."""
    async with http.get(f"{sandbox.unctad_url}/sandbox/queries") as answer:
        return [query["filter"] for query in await answer.json()]


async def bump(sandbox: SandboxAddresses, http: aiohttp.ClientSession) -> None:
    async with http.post(f"{sandbox.unctad_url}/sandbox/bump") as answer:
        assert answer.status == 200


async def fault(sandbox: SandboxAddresses, http: aiohttp.ClientSession, name: str) -> None:
    async with http.post(f"{sandbox.url}/control", json={"unctad": {"query": name}}) as answer:
        assert answer.status == 200


def slices() -> list[str]:
    """The first quarter of each slice of three years that a first pull asks for: from this year's
    on, to the first that ends before the sandbox's figures begin.
    """
    years = list(range(clock.now().year - 2, FIRST_YEAR - 6, -3))
    asked = [year for year in years if year + 2 >= FIRST_YEAR]
    return [f"'{year}Q01'" for year in years[: len(asked) + 1]]


async def test_it_works(played: Resources, sandbox: SandboxAddresses) -> None:
    outcome = await service.sync_unctad(played, PLSCI)
    assert outcome.startswith("US.PLSCI: version 1, ")
    assert outcome.endswith("from the query API, 2015Q01 to 2026Q03")
    filters = await queries(sandbox, played.http)
    assert [query[17:26] for query in filters] == slices()
    stored = await rows(
        played, "select s.source, v.origin, v.version from stat_vintage v, stat_series s"
    )
    assert stored == [("sandbox", "sandbox (query API)", "1")]
    assert await alerts(played) == []
    assert await service.sync_unctad(played, PLSCI) == "US.PLSCI: still version 1"


@pytest.mark.parametrize("report", PULLED_REPORTS)
@pytest.mark.parametrize("first", ["keys", "bulk"])
async def test_both_ways_give_the_same(played: Resources, report: str, first: str) -> None:
    keyless = with_unctad(played, client_id="")
    ways = [played, keyless] if first == "keys" else [keyless, played]
    await service.sync_unctad(ways[0], report)
    stored = await rows(played, EVERY_FIGURE)
    await execute(played, "update stat_series set version = 'moved'")
    outcome = await service.sync_unctad(ways[1], report)
    assert " 0 stored, " in outcome
    assert ("from the bulk files" if first == "keys" else "from the query API") in outcome
    assert await rows(played, EVERY_FIGURE) == stored
    assert await rows(played, "select * from stat_obs_past") == []
    assert len(stored) > 500


async def test_codes_and_reasons_are_as_published(played: Resources) -> None:
    await service.sync_unctad(played, PORT_CALLS_S)
    stored = await rows(
        played,
        "select distinct geo_code, vessel_market, missing_reason from stat_obs"
        " where measure = 'M3761' and geo_code in ('0000', '251')"
        " and vessel_market in ('00', '01') order by 1, 2",
    )
    reason = "Not available or not separately reported"
    assert stored == [
        ("0000", "00", None),
        ("0000", "01", reason),
        ("251", "00", None),
        ("251", "01", reason),
    ]


async def test_a_new_version_is_queried_for_the_newest_only(
    played: Resources, sandbox: SandboxAddresses
) -> None:
    await service.sync_unctad(played, PLSCI)
    before = len(await queries(sandbox, played.http))
    await bump(sandbox, played.http)
    outcome = await service.sync_unctad(played, PLSCI)
    filters = (await queries(sandbox, played.http))[before:]
    # What changed, and one slice behind it.
    assert [query[17:26] for query in filters] == slices()[:2]
    oldest = slices()[1].strip("'")
    assert outcome.endswith(f"from the query API, {oldest} to 2026Q03")
    assert await rows(played, "select distinct period_code from stat_obs_past") == [("2026Q03",)]


async def test_older_revisions_are_found(played: Resources, sandbox: SandboxAddresses) -> None:
    await service.sync_unctad(played, PLSCI)
    for change in (
        # nothing newer: it goes on looking
        "update stat_obs set value = value + 1 where period_code = '2015Q01'",
        "update stat_obs set value = value + 1",  # everything, as after a change of base
    ):
        await execute(played, change)
        await execute(played, "update stat_series set version = 'moved'")
        before = len(await queries(sandbox, played.http))
        await service.sync_unctad(played, PLSCI)
        assert len(await queries(sandbox, played.http)) - before == len(slices())
        async with played.db.acquire() as conn:
            assert await conn.fetchval("select count(*) from stat_obs where value > 10000") == 0
    assert await alerts(played) == []


async def test_the_first_pull_of_a_year_reads_everything(
    played: Resources, sandbox: SandboxAddresses
) -> None:
    await service.sync_unctad(played, PLSCI)
    await execute(played, "update stat_vintage set retrieved_at = retrieved_at - interval '1 year'")
    before = len(await queries(sandbox, played.http))
    await bump(sandbox, played.http)
    await service.sync_unctad(played, PLSCI)
    assert len(await queries(sandbox, played.http)) - before == len(slices())


async def test_behind_an_imported_file_everything_is_read(
    played: Resources, sandbox: SandboxAddresses
) -> None:
    await service.sync_unctad(played, PLSCI)
    stored = await rows(played, "select count(*) from stat_obs")
    # As a file with some newer years only would have left it: no version, and nothing before.
    await execute(
        played,
        "delete from stat_obs where period_code < '2020' or period_code = '2026Q03';"
        "update stat_series set version = null",
    )
    await service.sync_unctad(played, PLSCI)
    assert await rows(played, "select count(*) from stat_obs") == stored


async def test_refused_keys_raise_one_alert_and_bulk_files_are_read(
    played: Resources, capfd: pytest.CaptureFixture[str]
) -> None:
    wrong = with_unctad(played, client_secret=SECRET)
    outcomes = [await service.sync_unctad(wrong, report) for report in PULLED_REPORTS]
    for outcome in outcomes:
        assert outcome.endswith(
            "from the bulk files instead: UNCTAD's query API does not take our keys (401)."
        )
        assert " 0 stored" not in outcome
    assert await alerts(played) == [("unctad_keys_refused", "unctad")]
    message = (await rows(played, "select message from alert"))[0][0]
    assert "UNCTAD_CLIENT_SECRET" in message
    assert SECRET not in message + "".join(outcomes) + "".join(capfd.readouterr())
    assert {row[0] for row in await rows(played, "select origin from stat_vintage")} == {"sandbox"}


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("refuse", "unctad_keys_refused", "does not take our keys (403)"),
        ("busy", "unctad_query_failed", "answers 429"),
        ("broken", "unctad_query_failed", "answers 503"),
        ("garbage", "unctad_query_failed", "gives something else"),
        ("silence", "unctad_query_failed", "takes too long"),
    ],
)
async def test_whatever_breaks_the_bulk_files_are_read(
    played: Resources, sandbox: SandboxAddresses, name: str, kind: str, words: str
) -> None:
    await fault(sandbox, played.http, name)
    outcome = await service.sync_unctad(with_unctad(played, timeout_seconds=1.0), ARRIVALS_S)
    assert f"from the bulk files instead: UNCTAD's query API {words}" in outcome
    assert await alerts(played) == [(kind, "unctad")]
    await fault(sandbox, played.http, "")
    await execute(
        played, "update stat_series set version = 'moved'; update alert set resolved_at = now()"
    )
    assert " 0 stored, " in await service.sync_unctad(played, ARRIVALS_S)
    assert (await rows(played, "select count(*) from alert where resolved_at is null"))[0] == (0,)


async def test_all_queries_together_are_bounded(
    played: Resources, sandbox: SandboxAddresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_pull, "QUERY_SECONDS", 0.2)
    await fault(sandbox, played.http, "silence")
    assert "bulk files instead: UNCTAD's query API takes too long." in await service.sync_unctad(
        played, PLSCI
    )


async def test_an_answer_that_forgets_what_is_known_is_not_believed(played: Resources) -> None:
    await service.sync_unctad(played, ARRIVALS_S)
    await execute(
        played,
        "insert into stat_obs"
        " select series_id, measure, geo_code, vessel_market, '2026S01', '2026-01-01', value,"
        " missing_reason, vintage_id from stat_obs where period_code = '2025S01' limit 1;"
        "update stat_series set version = 'moved', newest_period = '2026S01'",
    )
    outcome = await service.sync_unctad(played, ARRIVALS_S)
    assert "bulk files instead: UNCTAD's query API gives less than is known." in outcome


def test_keys_alone_switch_to_the_real_service(settings: Settings) -> None:
    at = SandboxAddresses("127.0.0.1", 1, 2)
    assert "unctad" in missing_services(settings)
    keyed = replace(settings, unctad={"client_id": "id", "client_secret": SECRET})
    assert "unctad" not in missing_services(keyed)
    assert use_sandbox(keyed, at).unctad == keyed.unctad
    half = replace(settings, unctad={"client_secret": SECRET})
    assert (
        use_sandbox(half, at).unctad.client_secret
        == use_sandbox(settings, at).unctad.client_secret
        != SECRET
    )


def test_the_query_is_in_the_words_of_public_clients() -> None:
    form = query_form.fields(TABLE_BY_REPORT[PLSCI], ("2025Q01", "2025Q02"))
    assert form == {
        "$select": "Quarter/Code,Port/Code,Port/Label,M6047/Value,M6047_MissingValue",
        "$compute": "M6047/MissingValue/Label as M6047_MissingValue",
        "$filter": "Quarter/Code in ('2025Q01','2025Q02')",
        "$orderby": "Quarter/Code asc,Port/Code asc",
        "$format": "csv",
        "compress": "gz",
    }
    assert (
        query_form.fields(TABLE_BY_REPORT[PORT_CALLS], ("2022", "2023"))["$filter"]
        == "Year in (2022,2023)"
    )
    newest, before, *_ = query_form.slices(TABLE_BY_REPORT[PORT_CALLS_S], 2026)
    assert newest == ("2024S01", "2024S02", "2025S01", "2025S02", "2026S01", "2026S02")
    assert before[-1] == "2023S02"


class Answers:
    """A query API that gives these answers in turn, the last one for ever."""

    def __init__(self, *answers: web.Response) -> None:
        self.answers = list(answers)
        self.requests: list[tuple[Mapping[str, str], Mapping[str, Any]]] = []

    async def answer(self, request: web.Request) -> web.Response:
        assert request.query == {"culture": "en"}
        self.requests.append((request.headers, dict(await request.post())))
        given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.Response(status=given.status, body=given.body, headers=dict(given.headers))


@asynccontextmanager
async def api(*answers: web.Response) -> AsyncIterator[tuple[Answers, Unctad]]:
    received = Answers(*answers)
    app = web.Application()
    app.router.add_post("/US.PLSCI/cur/Facts", received.answer)
    async with TestServer(app) as server:
        yield received, unctad(str(server.make_url("/")))


def unctad(address: str) -> Unctad:
    known = settings_file.load({}).unctad
    return msgspec.structs.replace(
        known, query_url=address, client_id="an id", client_secret=SECRET, timeout_seconds=5.0
    )


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def ask(http: aiohttp.ClientSession, unctad: Unctad, to: Path) -> bytes:
    async def turn() -> None:
        pass

    await QueryApi(http, unctad, turn).save(TABLE_BY_REPORT[PLSCI], ("2025Q01",), to)
    return to.read_bytes()


async def test_keys_travel_in_headers_and_the_query_in_the_form(
    http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    packed = gzip.compress(b"Quarter_Code,...")
    async with api(web.Response(body=packed)) as (received, settings):
        assert await ask(http, settings, tmp_path / "x") == packed
    headers, form = received.requests[0]
    assert (headers["ClientId"], headers["ClientSecret"]) == ("an id", SECRET)
    assert form == query_form.fields(TABLE_BY_REPORT[PLSCI], ("2025Q01",))


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_busy_is_asked_again(
    http: aiohttp.ClientSession, tmp_path: Path, status: int
) -> None:
    busy = web.Response(status=status, headers={"Retry-After": "30"} if status == 429 else {})
    async with api(busy, busy, web.Response(body=b"there")) as (received, settings):
        assert await ask(http, settings, tmp_path / "x") == b"there"
        assert len(received.requests) == 3
    async with api(busy) as (received, settings):
        with pytest.raises(Unavailable, match=str(status)):
            await ask(http, settings, tmp_path / "x")
        assert len(received.requests) == query_api.TRIES


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, UpstreamError), (401, KeysRefused), (403, KeysRefused), (500, UpstreamDown)],
)
async def test_a_no_is_not_asked_again(
    http: aiohttp.ClientSession, tmp_path: Path, status: int, error: type[UpstreamError]
) -> None:
    async with api(web.Response(status=status, text=f"wrong: {SECRET}")) as (received, settings):
        with pytest.raises(error) as refused:
            await ask(http, settings, tmp_path / "x")
    assert type(refused.value) is error
    assert len(received.requests) == 1
    assert SECRET not in str(refused.value)


async def test_keys_do_not_follow_a_redirect(http: aiohttp.ClientSession, tmp_path: Path) -> None:
    async with api(web.Response(body=b"")) as (elsewhere, other):
        away = web.Response(
            status=307, headers={"Location": f"{other.query_url}US.PLSCI/cur/Facts"}
        )
        async with api(away) as (_, settings):
            with pytest.raises(Unavailable, match="307"):
                await ask(http, settings, tmp_path / "x")
    assert elsewhere.requests == []


async def test_bodies_are_bounded(
    http: aiohttp.ClientSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_api, "MAX_BYTES", 1000)
    bomb = web.Response(body=gzip.compress(b"0" * 2000), headers={"Content-Encoding": "gzip"})
    for body in (web.Response(body=b"0" * 1001), bomb):
        async with api(body) as (_, settings):
            with pytest.raises(Unavailable, match="larger"):
                await ask(http, settings, tmp_path / "x")
    assert (tmp_path / "x").stat().st_size <= 1000


async def test_keys_that_fit_in_no_header_are_in_no_message(
    http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    async with api(web.Response(body=b"")) as (received, settings):
        broken = msgspec.structs.replace(settings, client_secret=f"{SECRET}\nX: y")
        with pytest.raises(Unavailable) as refused:
            await ask(http, broken, tmp_path / "x")
    assert received.requests == []
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None


async def test_nobody_there_is_unavailable(http: aiohttp.ClientSession, tmp_path: Path) -> None:
    async with api(web.Response(body=b"")) as (_, settings):
        pass
    with pytest.raises(Unavailable, match="does not answer"):
        await ask(http, settings, tmp_path / "x")


async def test_one_query_at_a_time_whichever_process(resources: Resources) -> None:
    began = time.monotonic()
    await asyncio.gather(
        *(pacing.paced(resources.redis_cache, "ports:unctad", 0.2)() for _ in range(3))
    )
    assert time.monotonic() - began >= 0.39
