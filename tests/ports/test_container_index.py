"""The World Bank's index of container ports: by file and by job, every cell accounted for."""

import io
import zipfile
from datetime import date

import pytest

from maritime_app.errors import Invalid
from maritime_app.infra.upstreams.http import Fault, UpstreamDown, UpstreamError
from maritime_app.ports import service
from maritime_app.ports.statistics.cppi import codec, workbook
from maritime_app.sandbox.cppi.figures import annex
from tests.factories import a_port
from tests.ports.published import ANNEX_HEADER as HEADER, annex_book as book

SHANGHAI = ["Shanghai", "CNSHG", "China", 140.5, 146.25, 5, 81.2, 146.0, 146.5]
ROTTERDAM = ["Rotterdam", "NL RTM", "Netherlands", -12.5, None, 300, 60.1, -10.0, -15.0]


def read(content: bytes, today: date = date(2026, 1, 1)):
    return codec.read(next(workbook.sheets(content)), today)


@pytest.fixture
async def shanghai(resources):
    async with resources.db.transaction() as conn:
        port = a_port("CNSHA", "Shanghai", 31.4, 121.5, "Asia/Shanghai")
        await service.seed_ports(conn, [port])


async def test_it_works(client, resources, shanghai, tmp_path):
    path = tmp_path / "annex.xlsx"
    path.write_bytes(book(HEADER, SHANGHAI))
    done = await service.import_annex(resources, path)
    assert (done.version, done.rows, done.accepted, done.stored) == ("2023-2024", 1, 1, 6)
    assert (await service.import_annex(resources, path)).stored == 0

    async with client.get("/api/v1/ports/CNSHA/performance") as found:
        index = (await found.json())["container_index"]
    assert (index["value"], index["period"], index["year_before"]) == (146.25, "2024", 140.5)
    assert (index["rank"], index["berth_percent"]) == (5, 81.2)
    assert index["source"]["source"] == "worldbank"
    assert index["source"]["origin"] == "file annex.xlsx"

    async with client.get("/ports/CNSHA") as found:
        page = await found.text()
    for words in ("Container handling", "146.2", "Container Port Performance Index"):
        assert words in page, words
    async with client.get("/ports/CNSHG", allow_redirects=False) as found:
        assert (found.status, found.headers["Location"]) == (303, "/ports/CNSHA")
    async with client.get("/api/v1/ports/CNSHA/statistics.csv") as found:
        assert "CPPI,CNSHG,port,2024,2024-01-01,,CPPI,146.25,," in await found.text()


def test_every_row_and_cell_is_accounted_for():
    odd = ["Odd", "x", "Nowhere", 1, 2, 3, 4, 5, 6]
    wild = ["Wild", "USLAX", "United States", "many", 1e9, 0, 101, None, "#N/A"]
    _columns, reading = read(book(HEADER, SHANGHAI, ROTTERDAM, odd, SHANGHAI, [], wild))
    assert (reading.rows, reading.accepted) == (5, 3)
    assert dict(reading.rejected) == {"unreadable place code": 1, "the same port again": 1}
    assert dict(reading.rejected_cells) == {
        "CPPI: unreadable figure": 1,
        "CPPI: above 2000": 1,
        "CPPI.rank: below 1": 1,
        "CPPI.berth: above 100": 1,
    }
    values = {(row.geo_code, row.measure, row.period_code): row for row in reading.observations}
    assert values["NLRTM", "CPPI", "2023"].value == -12.5
    assert values["NLRTM", "CPPI", "2024"].missing_reason == "Not stated"


def test_a_year_that_has_not_ended_is_not_read():
    columns, reading = read(book(HEADER, SHANGHAI), date(2024, 6, 1))
    assert columns.edition == "2023-2024"
    assert {row.period_code for row in reading.observations} == {"2023"}
    refused = {(cell.measure, cell.period_code) for cell in reading.refused}
    assert {("CPPI", "2024"), ("CPPI.rank", "2024")} <= refused
    assert {cell.reason for cell in reading.refused} == {"a period that has not ended"}


def test_later_editions_name_columns_otherwise():
    header = ["Port", "UN/LOCODE", "Territory", "CPPI 2024", "CPPI 2025", "Rank 2025"]
    _columns, reading = read(book([*header, "Number of calls in sample"], [*SHANGHAI[:6], 900]))
    assert {row.measure for row in reading.observations} == {"CPPI", "CPPI.rank", "CPPI.calls"}


def test_a_csv_of_it_is_read():
    text = ";".join(HEADER) + "\n" + ";".join(str(cell) for cell in SHANGHAI) + "\n"
    _columns, reading = read(text.encode())
    assert len(reading.observations) == 6


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x03\x04 broken", book(["a", "b"])])
async def test_another_file_is_refused(resources, content, tmp_path):
    path = tmp_path / "other.xlsx"
    path.write_bytes(content)
    with pytest.raises(Invalid):
        await service.import_annex(resources, path)


def test_a_bomb_is_refused(monkeypatch):
    monkeypatch.setattr(workbook, "MOST_UNPACKED_BYTES", 1_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("xl/worksheets/sheet1.xml", b"0" * 1_001)
    with pytest.raises(Invalid, match="larger"):
        list(workbook.sheets(packed.getvalue()))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_entities_of_a_workbook_are_not_expanded(part):
    """A few hundred bytes of them unpack to gigabytes."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(HEADER, SHANGHAI))) as whole,
        zipfile.ZipFile(packed, "w") as out,
    ):
        for name in whole.namelist():
            content = whole.read(name)
            if name == part:
                before, tag, after = content.partition(b"<workbook" if "book" in part else b"<work")
                content = before + b'<!DOCTYPE a [<!ENTITY b "c">]>' + tag + after
            out.writestr(name, content)

    with pytest.raises(Invalid):
        list(workbook.sheets(packed.getvalue()))


async def test_the_newest_edition_is_pulled_once(played):
    assert "stored" in await service.sync_cppi(played)
    assert "still fresh" in await service.sync_cppi(played)


@pytest.mark.parametrize(
    ("fault", "kind", "why"),
    [
        ("busy", UpstreamDown, Fault.STATUS),
        ("broken", UpstreamDown, Fault.STATUS),
        ("moved", UpstreamError, Fault.STATUS),
        ("garbage", UpstreamError, Fault.MALFORMED),
        ("renamed", UpstreamError, Fault.MALFORMED),
    ],
)
async def test_a_server_that_misbehaves_costs_nothing(played, sandbox, fault, kind, why):
    async with played.http.post(f"{sandbox.url}/control", json={"cppi": {"fault": fault}}) as done:
        assert done.status == 200
    with pytest.raises(kind) as refused:
        await service.sync_cppi(played)
    assert refused.value.fault is why
    if fault == "busy":
        with pytest.raises(UpstreamDown, match="left alone"):
            await service.sync_cppi(played)


def test_the_invented_annex_has_the_published_columns():
    _columns, reading = read(annex(7, date(2026, 6, 1)), date(2026, 6, 1))
    assert (reading.accepted, dict(reading.rejected)) == (reading.rows, {})
    ranks = [row.value for row in reading.observations if row.measure == "CPPI.rank"]
    assert sorted(ranks) == list(range(1, reading.rows + 1))
