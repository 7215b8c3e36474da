"""Port calls by day: read from a file or pulled, merged, beside last year's band, never mixed."""

import csv
import gzip
import io
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from maritime_app import clock
from maritime_app.errors import Invalid, NotFound
from maritime_app.infra.upstreams.http import Fault, UpstreamDown, UpstreamError
from maritime_app.ports import service
from maritime_app.ports.daily_calls import codec, csv_file, merging
from maritime_app.ports.daily_calls.band import band, changes
from maritime_app.ports.daily_calls.chart import band_chart
from maritime_app.ports.daily_calls.gateway import PORTWATCH_SERVICE, PortWatch
from maritime_app.ports.daily_calls.merging import merge
from maritime_app.ports.daily_calls.model import Day, DaysReading, Disruption, PortDays
from maritime_app.ports.daily_calls.refresh import decode_days
from maritime_app.ports.daily_calls.service import DailyCalls
from maritime_app.ports.model import PortKind
from maritime_app.sandbox.portwatch import figures
from maritime_app.sandbox.portwatch.where import BadWhere, conditions
from tests.factories import a_port
from tests.ports.published import INDEX_HEADER

LAST = date(2026, 9, 30)
NEWEST = DaysReading("file newest.csv", datetime(2026, 10, 6, 12, tzinfo=UTC))
COLUMNS = (
    "date,year,month,day,portid,portname,country,ISO3,portcalls_container,portcalls_dry_bulk,"
    "portcalls_general_cargo,portcalls_roro,portcalls_tanker,portcalls_cargo,portcalls,"
    "import_container,import,export,ObjectId"
)


def a_day(day: date, calls: int | None) -> Day:
    return Day(day, calls, calls, 0, 0, 0, 0, 10.0, 20.0)


def days(count: int, calls: int, last: date = LAST) -> list[Day]:
    """That many days in order, the newest last."""
    return [a_day(last - timedelta(days=back), calls) for back in range(count - 1, -1, -1)]


def line(day: date, calls: object, portid: str = "port1114", name: str = "Rotterdam") -> str:
    return (
        f"{day:%Y/%m/%d} 00:00:00+00,{day.year},{day.month},{day.day},{portid},{name},"
        f"The Netherlands,NLD,{calls},0,0,0,0,{calls},{calls},5.5,5.5,7.25,{day.toordinal()}"
    )


def write(path, lines) -> None:
    path.write_text("\n".join([COLUMNS, *lines]) + "\n")


@pytest.fixture
async def rotterdam(resources):
    async with resources.db.transaction() as conn:
        port = a_port("NLRTM", "Rotterdam", 51.95, 4.05, "Europe/Amsterdam")
        await service.seed_ports(conn, [port])


@pytest.fixture
async def piraeus(played):
    async with played.db.transaction() as conn:
        port = a_port("GRPIR", "Piraeus", 37.94, 23.62, "Europe/Athens")
        await service.seed_ports(conn, [port])


async def answer(client, path, status=200):
    async with client.get(path) as found:
        assert found.status == status, await found.text()
        return await found.json() if "json" in found.content_type else await found.text("utf-8-sig")


async def test_it_works(client, resources, rotterdam, tmp_path):
    path = tmp_path / "daily.csv"
    write(path, [line(each.day, each.port_calls) for each in days(450, 7)])
    done = await service.import_daily_calls(resources, path)
    assert (done.rows, done.ports, done.done.stored) == (450, 1, 450)

    found = await answer(client, "/api/v1/ports/NLRTM/daily-calls?days=30")
    assert (found["as_of"], found["portid"], found["invented"]) == ("2026-09-30", "port1114", False)
    assert len(found["days"]) == 30
    newest = found["days"][-1]
    assert (newest["port_calls"], newest["mean_7_days"]) == (7, 7.0)
    assert (newest["last_year_low"], newest["last_year_high"]) == (7.0, 7.0)
    assert (newest["source"], newest["origin"]) == ("IMF PortWatch", "file daily.csv")

    rows = await answer(client, "/api/v1/ports/NLRTM/daily-calls.csv?days=30")
    first = next(csv.DictReader(io.StringIO(rows)))
    assert list(first) == list(newest)
    assert (first["container"], first["export_tons"], first["invented"]) == ("7", "7.2", "false")
    terms, link = "IMF PortWatch; IMF terms of use, with attribution", "https://portwatch.imf.org/"
    for each in (found, newest, first):
        assert (each["licence"], each["source_url"]) == (terms, link)

    page = await answer(client, "/ports/NLRTM/daily-calls")
    for words in ('class="band"', ">IMF PortWatch</a>", "file daily.csv", "port1114", terms, link):
        assert words in page, words
    picture = await answer(client, "/api/v1/ports/NLRTM/daily-calls.svg")
    assert f"Source: IMF PortWatch · licence: {terms} · {link} · port1114" in picture


async def test_the_same_file_again_changes_nothing(resources, rotterdam, tmp_path):
    path = tmp_path / "daily.csv.gz"
    text = "\n".join([COLUMNS, line(LAST, 7), line(LAST - timedelta(days=1), 8)])
    path.write_bytes(gzip.compress(text.encode()))
    await service.import_daily_calls(resources, path)
    again = await service.import_daily_calls(resources, path)
    assert (again.done.stored, again.done.changed, again.done.unchanged) == (0, 0, 2)


async def test_an_older_file_changes_no_newer_figure(client, resources, rotterdam, tmp_path):
    newer, older = tmp_path / "newer.csv", tmp_path / "older.csv"
    write(newer, [line(LAST, 7), line(LAST - timedelta(days=1), 8)])
    write(older, [line(LAST - timedelta(days=1), 3), line(LAST - timedelta(days=2), 4)])
    await service.import_daily_calls(resources, newer)
    done = await service.import_daily_calls(resources, older)
    assert (done.done.newer, done.done.stored) == (1, 1)

    found = await answer(client, "/api/v1/ports/NLRTM/daily-calls")
    assert [(each["port_calls"], each["origin"]) for each in found["days"]] == [
        (4, "file older.csv"),
        (8, "file newer.csv"),
        (7, "file newer.csv"),
    ]


async def test_what_a_later_reading_replaced_is_kept(client, resources, rotterdam, tmp_path):
    """Each value with the file it came from, and what took its place; nothing for what agrees."""
    before, day = LAST - timedelta(days=1), "/api/v1/ports/NLRTM/daily-calls"
    for name, calls in (("a", 7), ("b", 7), ("c", 8), ("d", 9)):
        path = tmp_path / f"{name}.csv"
        write(path, [line(before, 5), line(LAST, calls)])
        await service.import_daily_calls(resources, path)
    path = tmp_path / "older.csv"
    write(path, [line(before, 3)])
    await service.import_daily_calls(resources, path)

    newest = await answer(client, day)
    assert (newest["changed_days"], newest["history"]) == (1, f"{day}/history")
    found = await answer(client, newest["history"])
    assert found["changed_days"] == 1
    told = ("port_calls", "origin", "outcome", "replaced_by")
    assert [tuple(each[key] for key in told) for each in found["readings"]] == [
        (9, "file d.csv", "shown", None),
        (8, "file c.csv", "replaced", "file d.csv"),
        (7, "file a.csv", "replaced", "file c.csv"),
    ]
    assert {each["date"] for each in found["readings"]} == {LAST.isoformat()}
    rows = list(csv.DictReader(io.StringIO(await answer(client, f"{day}/history.csv"))))
    assert [row["port_calls"] for row in rows] == ["9", "8", "7"]
    assert list(rows[0]) == list(found["readings"][0])
    assert "daily-calls/history" in await answer(client, "/ports/NLRTM/daily-calls")
    page = await answer(client, "/ports/NLRTM/daily-calls/history")
    for words in ("file a.csv", "replaced by file c.csv", ">IMF PortWatch</a>"):
        assert words in page, words


async def test_a_port_without_a_change_says_so(client, resources, rotterdam, tmp_path):
    write(tmp_path / "a.csv", [line(LAST, 7)])
    await service.import_daily_calls(resources, tmp_path / "a.csv")
    page = await answer(client, "/ports/NLRTM/daily-calls/history")
    assert "No day of this port was ever changed" in page
    await answer(client, "/ports/GRPIR/daily-calls/history", 404)


def test_changes_are_kept_within_bounds(monkeypatch):
    monkeypatch.setattr(merging, "MOST_REPLACED", 3)
    known = PortDays("port1", "Port")
    for calls in range(6):
        reading = DaysReading(f"file {calls}", NEWEST.read_at)
        known, _done = merge(known, days(2, calls), reading, is_older=False)
    assert [each.day.port_calls for each in known.replaced] == [3, 4, 4]
    assert [each.origin for each in known.readings] == ["file 3", "file 4", "file 5"]


def test_a_file_in_parts_is_one_reading():
    whole, done = merge(PortDays("port1", "Port"), days(3, 7), NEWEST, is_older=False)
    again = [a_day(LAST, 9), a_day(LAST - timedelta(days=9), 4)]
    found, more = merge(whole, again, NEWEST, is_older=False)
    assert (done.stored, more.stored, more.again, more.changed) == (3, 1, 1, 0)
    assert found.readings == (NEWEST,)
    assert (found.days[-1].port_calls, found.replaced) == (7, ())


def test_a_copy_from_before_is_read():
    assert decode_days(b'{"portid":"port1","name":"Port","readings":[],"days":[]}').replaced == ()


async def test_rows_that_cannot_be_read_are_counted(resources, rotterdam, tmp_path):
    path = tmp_path / "daily.csv"
    good = line(LAST, 7)
    lines = [good, line(LAST, "many"), line(LAST, -1), line(LAST, 7, "../etc"), "2026,,,,,,"]
    lines.append(line(LAST, 9).replace("Rotterdam", "Rotterdam, Europoort"))
    write(path, [*lines, line(LAST, 5, "port77", "Nowhere")])
    done = await service.import_daily_calls(resources, path)
    assert (done.rows, done.ports, done.strangers) == (7, 1, 1)
    assert done.examples == ["Nowhere (port77)"]
    assert dict(done.rejected) == {
        "an unreadable figure": 1,
        "an impossible number of calls": 1,
        "no port id": 1,
        "fewer cells than the header": 1,
        "more cells than the header": 1,
    }


async def test_a_file_that_ends_within_a_row_takes_no_figure_back(resources, rotterdam, tmp_path):
    path = tmp_path / "daily.csv"
    write(path, [line(LAST - timedelta(days=1), 7), line(LAST, 7)])
    await service.import_daily_calls(resources, path)
    whole = path.read_text()
    path.write_text(whole[: whole.rindex(",5.5,5.5,")])

    done = await service.import_daily_calls(resources, path)

    assert dict(done.rejected) == {"fewer cells than the header": 1}
    assert done.done.changed == 0


async def test_a_day_that_has_not_ended_has_no_calls_yet(resources, rotterdam, tmp_path):
    path, today = tmp_path / "daily.csv", clock.now().date()
    write(path, [line(today + timedelta(days=1_000), 9), line(today, 9)])
    with pytest.raises(Invalid, match=r"nothing .*\(a day that has not ended: 2\)"):
        await service.import_daily_calls(resources, path)


async def test_a_file_of_ports_that_nobody_knows_names_them(resources, tmp_path):
    path = tmp_path / "daily.csv"
    write(path, [line(LAST, 5, "port77", "Nowhere")])
    with pytest.raises(Invalid, match=r"none of ours: 1\)\. None of ours: Nowhere \(port77\);"):
        await service.import_daily_calls(resources, path)


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "{}", '{"features": [{"attributes": {}}]}'])
async def test_another_file_is_refused(resources, text, tmp_path):
    path = tmp_path / "other"
    path.write_text(text)
    with pytest.raises(Invalid):
        await service.import_daily_calls(resources, path)


async def test_disruptions_that_name_the_port_are_shown(client, resources, rotterdam, tmp_path):
    daily, events = tmp_path / "daily.csv", tmp_path / "disruptions.json"
    write(daily, [line(each.day, 5) for each in days(60, 5)])
    rows = [event(1, "STORM", "port1114;port7"), event(2, "FAR", "chokepoint6"), event(3, "NONE")]
    events.write_bytes(msgspec.json.encode({"features": [{"attributes": row} for row in rows]}))
    await service.import_daily_calls(resources, daily)
    done = await service.import_daily_calls(resources, events)
    assert (done.disruptions, done.done.stored) == (3, 3)
    again = await service.import_daily_calls(resources, events)
    assert again.done.unchanged == 3

    found = await answer(client, "/api/v1/ports/NLRTM/daily-calls")
    assert [each["name"] for each in found["disruptions"]] == ["STORM"]
    assert found["disruptions"][0]["since"] == "2026-09-01"
    page = await answer(client, "/ports/NLRTM/daily-calls")
    assert "Storm STORM" in page
    assert 'class="disruption"' in page


def event(number: int, name: str, affected: str | None = None) -> dict[str, object]:
    return {
        "eventid": number,
        "eventtype": "TC",
        "eventname": name,
        "htmlname": f"Storm {name}",
        "alertlevel": "RED",
        "fromdate": 1788220800000 + number * 1000,  # 1 September 2026
        "year": 2019,
        "todate": None,
        "affectedports": affected,
        "ObjectId": number,
    }


async def test_a_port_is_pulled_from_where_it_was(played, piraeus):
    outcome = await service.fetch_daily_calls(played, "GRPIR")
    assert outcome.startswith("portwatch_sandbox GRPIR: ")
    assert (
        await service.fetch_daily_calls(played, "GRPIR") == "portwatch_sandbox GRPIR: still fresh"
    )
    _port, found = await service.port_daily_calls(played, "GRPIR")
    assert isinstance(found, DailyCalls)
    assert found.invented
    assert len(found.days.days) > 700
    assert found.points()[-1].low is not None


async def test_what_is_invented_never_stands_beside_real_figures(played, piraeus, tmp_path):
    await service.fetch_daily_calls(played, "GRPIR")
    path = tmp_path / "US_PLSCI.csv"
    path.write_text(INDEX_HEADER + '2024Q01,"Q1 2024",GRPIR,"Greece, Piraeus",476.5,,\n')
    await service.import_unctad_file(played, path)
    with pytest.raises(NotFound):
        await service.port_daily_calls(played, "GRPIR")

    daily = tmp_path / "daily.csv"
    row = line(LAST, 9, "port900", "Piraeus").replace("NLD", "GRC")
    write(daily, [row])
    await service.import_daily_calls(played, daily)
    _port, found = await service.port_daily_calls(played, "GRPIR")
    assert isinstance(found, DailyCalls)
    assert not found.invented


async def test_real_days_put_invented_figures_aside(played, piraeus, tmp_path):
    await service.sync_unctad(played, "US.PLSCI")
    assert (await service.port_page(played, "GRPIR")).lines
    daily = tmp_path / "daily.csv"
    write(daily, [line(LAST, 9, "port900", "Piraeus").replace("NLD", "GRC")])
    await service.import_daily_calls(played, daily)
    assert not (await service.port_page(played, "GRPIR")).lines


async def test_a_port_without_a_copy_is_pending_and_a_stop_has_none(client, rotterdam):
    found = await answer(client, "/api/v1/ports/NLRTM/daily-calls", status=202)
    assert found["status"] == "pending"
    assert "being fetched" in await answer(client, "/ports/NLRTM/daily-calls", status=202)
    await answer(client, "/api/v1/ports/ZZNIL/daily-calls", status=404)


@pytest.mark.parametrize(
    ("fault", "kind", "why"),
    [
        ("busy", UpstreamDown, Fault.STATUS),
        ("broken", UpstreamDown, Fault.STATUS),
        ("error", UpstreamError, Fault.STATUS),
        ("throttled", UpstreamDown, Fault.MALFORMED),
        ("garbage", UpstreamError, Fault.MALFORMED),
        ("renamed", UpstreamError, Fault.MALFORMED),
    ],
)
async def test_a_service_that_misbehaves_costs_no_copy(played, sandbox, piraeus, fault, kind, why):
    await service.fetch_disruptions(played)
    body = {"portwatch": {"fault": fault}}
    async with played.http.post(f"{sandbox.url}/control", json=body) as switched:
        assert switched.status == 200
    with pytest.raises(kind) as refused:
        await service.fetch_daily_calls(played, "GRPIR")
    assert refused.value.fault is why
    if fault == "busy":  # and it is left alone as long as it wants to be
        with pytest.raises(UpstreamDown, match="left alone") as again:
            await service.fetch_daily_calls(played, "GRPIR")
        assert 0 < (again.value.retry_after_seconds or 0) <= 30


@pytest.mark.parametrize("kept", [0, 1])
async def test_an_answer_of_nearly_nothing_costs_no_disruption(played, piraeus, monkeypatch, kept):
    """Its layer only grows: a page without rows is a fault, however well it is formed."""
    await service.fetch_disruptions(played)
    every = await played[PORTWATCH_SERVICE].disruptions()
    assert len(every) > 2

    async def few(_service):
        return every[:kept]

    monkeypatch.setattr(PortWatch, "disruptions", few)
    async with played.db.acquire() as conn:
        await conn.execute(
            "update outside_copy set retrieved_at = retrieved_at - interval '30 days'"
        )
        before = await conn.fetch("select body from outside_copy")
    with pytest.raises(UpstreamError, match=f"sends {kept} disruptions instead of {len(every)}"):
        await service.fetch_disruptions(played)
    async with played.db.acquire() as conn:
        assert await conn.fetch("select body from outside_copy") == before


def test_the_band_is_last_years_range_of_the_same_weeks():
    before = days(80, 10, LAST - timedelta(days=330))
    busy = [a_day(each.day, 24) for each in before[40:47]]
    points = band([*before[:40], *busy, *before[47:], *days(40, 5)], most=20)
    assert len(points) == 20
    assert points[-1].mean == 5.0
    assert (points[-1].low, points[-1].high) == (10.0, 24.0)


def test_missing_days_leave_gaps():
    found = [each for each in days(40, 5) if each.day != LAST - timedelta(days=10)]
    points = {each.day: each for each in band(found, most=30)}
    assert points[LAST - timedelta(days=11)].mean == 5.0
    assert points[LAST - timedelta(days=10)].mean is None
    assert points[LAST - timedelta(days=4)].mean is None
    assert points[LAST - timedelta(days=3)].mean == 5.0
    assert points[LAST].low is None
    drawn = band_chart(list(points.values()))
    assert drawn is not None
    assert drawn.line.count("M") == 2
    assert drawn.band == ""


def test_four_weeks_stand_against_those_a_year_before():
    found = changes([*days(28, 4, LAST - timedelta(days=364)), *days(28, 5)])
    total = found[0]
    assert (total.column, total.per_day, total.year_before) == ("port_calls", 5.0, 4.0)
    assert total.change_percent == 25.0
    few = changes(days(20, 5))
    assert few[0].per_day is None


def test_a_later_reading_replaces_and_says_so():
    known, _ = merge(PortDays("port1", "A"), days(3, 5), NEWEST, is_older=False)
    second, third = (DaysReading(f"file {each}", NEWEST.read_at) for each in ("b.csv", "c.csv"))
    again, done = merge(known, days(2, 6), second, is_older=False)
    assert (done.stored, done.changed, done.unchanged) == (0, 2, 0)
    assert [each.port_calls for each in again.days] == [5, 6, 6]
    assert [each.reading for each in again.days] == [0, 1, 1]
    same, done = merge(again, days(3, 6), third, is_older=False)
    assert (done.changed, done.unchanged) == (1, 2)
    assert [each.reading for each in same.days] == [2, 1, 1]
    assert [(each.day.port_calls, each.day.reading, each.by) for each in same.replaced] == [
        (5, 0, 1), (5, 0, 1), (5, 0, 2),
    ]  # fmt: skip


def test_a_batch_is_all_that_is_held(tmp_path):
    path = tmp_path / "daily.csv"
    write(path, [line(each.day, 5) for each in days(25, 5)])
    sizes = [batch.rows for batch in csv_file.batches(path, most_rows=10)]
    assert sizes == [10, 10, 5]
    assert csv_file.newest_days(path) == {"port1114": LAST}


def test_a_disruption_across_the_drawing_is_cut_to_it():
    storm = Disruption(1, "TC", "S", "S", "RED", LAST - timedelta(days=99), None, "", ("port1",))
    past = msgspec.structs.replace(storm, id=2, until=LAST - timedelta(days=60))
    drawn = band_chart(band(days(60, 5), most=30), [storm, past])
    assert drawn is not None
    assert [(span.x, span.number) for span in drawn.spans] == [(drawn.axes.left, 1)]


def test_the_sandbox_understands_what_portwatch_does():
    row = {"portid": "port1", "date": "2026-09-02", "ObjectId": 7}
    columns = frozenset(row)
    for clause, matches in {
        "portid='port1' AND date >= DATE '2026-09-01' AND ObjectId > 6": True,
        "1=1 AND ObjectId > 7": False,
        "date < DATE '2026-09-02'": False,
    }.items():
        assert all(test(row) for test in conditions(clause, columns)) is matches, clause
    for clause in (
        "date >= TIMESTAMP '2026-09-01'",
        "1=1; drop",
        "name = 'x'",
        "portid='a' OR 1=1",
    ):
        with pytest.raises(BadWhere):
            conditions(clause, columns)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"year": 10**20}, "no date"),
        ({"month": float("inf")}, "no date"),
        ({"day": None}, "no date"),
        ({"portcalls": 10**400}, "an unreadable figure"),
        ({"import": "1e400"}, "an unreadable figure"),
    ],
)
def test_a_number_that_nothing_holds_costs_its_row(told, words):
    row = {"year": 2026, "month": 2, "day": 3, "portcalls": 4, "import": 5}
    assert codec.day(row).port_calls == 4
    with pytest.raises(ValueError, match=words):
        codec.day(row | told)


def test_invented_days_add_up():
    row = next(iter(figures.rows(figures.DAILY, 7, LAST)))
    types = ("container", "dry_bulk", "general_cargo", "roro", "tanker")
    assert row["portcalls"] == sum(row[f"portcalls_{kind}"] for kind in types)
    assert codec.day(row).port_calls == row["portcalls"]


async def test_a_port_without_figures_says_so_and_breaks_no_page(client, db):
    """Its own page leads there, and asks for the part: neither is a fault."""
    async with db.transaction() as conn:
        kiel = a_port("DEKEL", "Kiel", 54.3, 10.1, "Europe/Berlin")
        await service.seed_ports(conn, [msgspec.structs.replace(kiel, kind=PortKind.STOP)])
    await answer(client, "/api/v1/ports/DEKEL/daily-calls", status=404)
    async with client.get("/ports/DEKEL/daily-calls/part") as part:
        assert (part.status, await part.text()) == (204, "")
    async with client.get("/ports/DEKEL/daily-calls") as page:
        assert page.status == 200
        assert "There are no daily port calls of this port." in await page.text()
    async with client.get("/ports/ZZNIL/daily-calls/part") as unknown:
        assert unknown.status == 404
