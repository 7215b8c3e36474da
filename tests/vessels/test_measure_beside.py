"""Our own measurements of a port beside the official figures, in one table."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import msgspec
import pytest
from msgspec import structs

from maritime_app.ports import service as ports
from maritime_app.ports.daily_calls.model import CallsAnomaly, OfficialCalls, WeekOfCalls
from maritime_app.ports.model import CountryBaseline, MarketNow
from maritime_app.ports.statistics.model import Provenance, Source as Origin
from maritime_app.vessels.model import Source
from maritime_app.vessels.port_calls.beside import beside
from maritime_app.vessels.port_calls.measures import measures
from maritime_app.vessels.port_calls.measures_csv import measures_csv
from maritime_app.vessels.port_calls.model import CallTimes, MeasuredCall, PortCall, PortCallState
from maritime_app.vessels.port_calls.official_anomaly import official_anomaly
from maritime_app.vessels.port_calls.official_coverage import (
    first_whole_day,
    official_coverage,
)
from tests.factories import a_port
from tests.vessels.frames import AURORA


@pytest.fixture
async def kiel(db) -> None:
    """Kiel in the database."""
    async with db.transaction() as conn:
        await ports.seed_ports(conn, [a_port("DEKEL", "Kiel", 54.3, 10.1, "Europe/Berlin")])


def a_call(hours: float) -> PortCall:
    """A ship that berthed at once, and was heard when it left after so many hours."""
    entered = datetime(2026, 10, 2, tzinfo=UTC)
    left = entered + timedelta(hours=hours)
    return PortCall(
        id=uuid4(),
        mmsi=AURORA,
        hypothesis=0,
        source=Source.AISSTREAM,
        port_id=uuid4(),
        state=PortCallState.LEFT,
        entered_at=entered,
        last_at=left,
        stopped_at=entered,
        moored_at=entered,
        left_at=left,
        anchored_seconds=0,
        berth_seconds=round(hours * 3600),
        waiting_seconds=0,
        left_unseen=False,
    )


def test_coverage_is_the_share_that_was_heard_throughout():
    since = datetime(2026, 10, 1, tzinfo=UTC)
    unseen = structs.replace(a_call(5), left_unseen=True)
    assert measures([a_call(5)] * 6 + [unseen] * 3, since, since, invented=False).coverage is None
    found = measures([a_call(5)] * 6 + [unseen] * 4, since, since, invented=False)
    assert (found.coverage, found.ended) == (0.6, 10)


def a_listed(hours: float, ship_type: int | None) -> MeasuredCall:
    """A call of a ship of that type."""
    times = {name: getattr(a_call(hours), name) for name in CallTimes.__struct_fields__}
    return MeasuredCall(**times, ship_type=ship_type)


def a_baseline(*, invented: bool) -> CountryBaseline:
    """Germany's time in port: a day and a half of all ships, none published of tankers."""
    read_at = datetime(2026, 11, 1, tzinfo=UTC)
    source = Provenance(
        uuid4(), Origin.UNCTAD, "US.PortCalls_S", "", "", "1", "bulk", read_at, "2026S01", invented
    )
    markets = (
        MarketNow("00", "All ships", 1.5, None, 1.4, 1.0, 9000.0, ""),
        MarketNow("02", "Liquid bulk carriers", None, "Not publishable", None, 1.0, None, ""),
    )
    return CountryBaseline("276", "2026S01", markets, source)


def test_ours_stand_beside_the_official_figures():
    since = datetime(2026, 10, 1, tzinfo=UTC)
    calls = [a_listed(hours, 70) for hours in range(1, 11)] + [a_listed(3, 80)]

    found = beside("DEKEL", calls, (since, since), a_baseline(invented=False), invented=False)

    rows = {(row["ships"], row["measure"]): row for row in msgspec.to_builtins(found)["rows"]}
    ours, published = (rows["all", "time_in_port"][kind] for kind in ("own", "official"))
    assert (ours["value"], ours["sample"]) == (5.0, 11)
    assert (published["value"], published["year_before"]) == (36.0, 33.6)
    assert (published["period"], published["source"]["report"]) == ("2026S01", "US.PortCalls_S")
    assert rows["all", "arrivals"]["official"]["value"] == 9000.0
    assert rows["all", "berth"]["official"] is None  # published nowhere
    tankers = rows["tanker", "time_in_port"]
    assert (tankers["own"]["value"], tankers["own"]["missing_reason"]) == (None, "too_few_calls")
    assert tankers["official"]["missing_reason"] == "Not publishable"
    assert ("passenger", "arrivals") not in rows  # none came


@pytest.mark.parametrize(("ours", "theirs"), [(True, False), (False, True)])
def test_what_is_invented_never_stands_beside_what_is_real(ours, theirs):
    since = datetime(2026, 10, 1, tzinfo=UTC)

    found = beside(
        "DEKEL", [a_listed(5, 70)], (since, since), a_baseline(invented=theirs), invented=ours
    )

    assert found.kept_apart
    assert all(row.official is None for row in found.rows)


def published(calls: int, *days: int, invented: bool = False) -> OfficialCalls:
    """PortWatch's calls on these days of October."""
    on = tuple(date(2026, 10, day) for day in days)
    read_at = datetime(2026, 10, 20, tzinfo=UTC)
    return OfficialCalls(
        on=on,
        calls=calls,
        source="IMF PortWatch",
        licence="with attribution",
        source_url="https://portwatch.imf.org/",
        subject="port1",
        origin="file.csv",
        retrieved_at=read_at,
        invented=invented,
    )


def test_our_arrivals_are_a_share_of_the_counted_calls_of_the_same_days():
    """Tankers and cargo ships of the second count; a ferry, and a ship of no type, do not."""
    calls = [a_listed(5, 70)] * 11 + [a_listed(5, 80)] + [a_listed(5, 60), a_listed(5, None)]

    found = official_coverage(calls, published(16, 2, 3), invented=False)

    assert found is not None
    assert (found.ratio, found.own_arrivals, found.official_calls) == (0.75, 12, 16)
    assert (found.first_day, found.last_day, found.days) == (
        date(2026, 10, 2),
        date(2026, 10, 3),
        2,
    )
    elsewhere = official_coverage(calls, published(16, 3, 4), invented=False)
    assert elsewhere is not None
    assert (elsewhere.own_arrivals, elsewhere.ratio) == (0, None)


@pytest.mark.parametrize(("own", "counted"), [(9, 16), (12, 9), (0, 0)])
def test_below_ten_on_either_side_there_is_no_ratio(own, counted):
    found = official_coverage([a_listed(5, 70)] * own, published(counted, 2), invented=False)

    assert found is not None
    assert (found.ratio, found.missing_reason) == (None, "too_few_calls")


def test_without_a_common_day_there_is_no_ratio_and_the_row_stays():
    found = official_coverage([a_listed(5, 70)] * 12, published(0), invented=False)

    assert found is not None
    assert (found.ratio, found.missing_reason) == (None, "no_common_day")
    assert (found.first_day, found.days) == (None, 0)


def test_invented_counts_are_compared_with_invented_ones_only():
    calls = [a_listed(5, 70)] * 12

    assert official_coverage(calls, published(16, 2, invented=True), invented=False) is None
    assert official_coverage(calls, published(16, 2), invented=True) is None
    assert official_coverage(calls, None, invented=False) is None


def test_the_anomaly_of_one_kind_is_kept_apart_from_ships_of_the_other():
    week = WeekOfCalls("2026-W40", date(2026, 9, 28), date(2026, 10, 4), 7, 21, 3.0)
    official = structs.replace(published(16, 2), anomaly=CallsAnomaly(week, week, 0.0, None))

    found = official_anomaly(official, apart=False)

    assert found is not None
    assert (found.newest, found.change_percent, found.source) == (week, 0.0, "IMF PortWatch")
    assert official_anomaly(official, apart=True) is None
    assert official_anomaly(published(16, 2), apart=False) is None
    assert official_anomaly(None, apart=False) is None


def test_days_before_anybody_listened_count_on_neither_side():
    since = datetime(2026, 9, 20, tzinfo=UTC)

    assert first_whole_day([a_listed(5, 70)], since) == date(2026, 10, 3)
    assert first_whole_day([], since) == date(2026, 9, 21)


def test_the_csv_has_every_measure_and_the_coverage():
    since = datetime(2026, 10, 1, tzinfo=UTC)
    calls = [a_listed(hours, 70) for hours in range(1, 13)]
    found = beside("DEKEL", calls, (since, since), a_baseline(invented=False), invented=False)
    coverage = official_coverage(calls, published(16, 2), invented=False)
    found = structs.replace(found, official_coverage=coverage)

    lines = list(csv.DictReader(io.StringIO(measures_csv(found).decode())))

    assert len(lines) == len(found.rows) + 1
    last = lines[-1]
    assert (last["measure"], last["own_value"], last["own_sample"]) == (
        "official_coverage",
        "0.75",
        "12",
    )
    assert (last["official_value"], last["official_period"]) == ("16", "2026-10-02/2026-10-02")
    stay = next(line for line in lines if line["measure"] == "time_in_port")
    assert (stay["own_value"], stay["official_value"], stay["unit"]) == ("6.5", "36.0", "hours")


async def test_the_table_of_a_port(client, kiel):
    async with client.get("/api/v1/ports/DEKEL/measures") as answer:
        found = await answer.json()
    assert (found["port"], found["kept_apart"]) == ("DEKEL", False)
    assert {row["measure"] for row in found["rows"]} >= {"arrivals", "queue", "coverage"}
    async with client.get("/api/v1/ports/DEKEL/measures.csv") as answer:
        lines = list(csv.DictReader(io.StringIO(await answer.text())))
    measured = [row["measure"] for row in found["rows"]]
    assert [line["measure"] for line in lines][: len(measured)] == measured
    async with client.get("/ports/DEKEL/calls") as answer:
        page = await answer.text()
    assert "Official, whole country" in page
    assert "<h1>" in page
    async with client.get("/api/v1/ports/ZZNIL/measures") as answer:
        assert answer.status == 404


async def test_who_never_heard_a_ship_does_not_say_since_when(client, kiel):
    async with client.get("/ports/DEKEL/calls") as answer:
        assert "Measured here: AIS reports" not in await answer.text()
    async with client.get("/api/v1/ports/DEKEL/measures") as answer:
        found = await answer.json()
    assert found["since"] == found["as_of"]


async def test_a_young_copy_does_not_say_that_it_measured_for_thirty_days(client, db, kiel):
    heard = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
    async with db.transaction() as conn:
        await conn.execute(
            "insert into vessel (mmsi, kind, source, first_seen_at, seen_at, static_at)"
            " values ($1, 0, $2, $3, $3, $3)",
            AURORA,
            int(Source.AISSTREAM),
            heard,
        )

    async with client.get("/api/v1/ports/DEKEL/measures") as answer:
        found = await answer.json()

    assert datetime.fromisoformat(found["since"]) == heard


def test_where_no_ship_was_heard_nothing_is_zero():
    """A harbour out of reach of every receiver had no arrivals and no queue."""
    span = (datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 31, tzinfo=UTC))

    found = beside("NLRTM", [], span, None, invented=False)

    assert {row.own.value for row in found.rows} == {None}
    assert {row.own.missing_reason for row in found.rows} == {"nothing_heard"}
    (arrivals, *_rest) = list(csv.DictReader(io.StringIO(measures_csv(found).decode())))
    assert (arrivals["own_value"], arrivals["own_missing_reason"]) == ("", "nothing_heard")
    assert arrivals["since"] == "2026-10-01T00:00:00Z"
