"""Pages and JSON of ports."""

import csv
import io
import re
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient

from maritime_app.formats.csv_cells import cell
from maritime_app.ports import service
from maritime_app.ports.model import NewPort, PortKind
from maritime_app.ports.statistics.model import OBSERVATION_KEYS
from maritime_app.resources import Resources
from tests.factories import a_port
from tests.ports.published import INDEX_HEADER, TIME_HEADER

INDEX = (
    INDEX_HEADER
    + """\
2023Q01,"Q1 2023",GRPIR,"Greece, Piraeus",470.5,,
2023Q02,"Q2 2023",GRPIR,"Greece, Piraeus",472.25,,
2024Q01,"Q1 2024",GRPIR,"Greece, Piraeus",476.5,,
2024Q01,"Q1 2024",NLRTM,"Netherlands, Rotterdam",956.2,,
"""
)
CALLS = (
    TIME_HEADER
    + """\
2023S02,"S2   2023",0000,"World",00,"All ships",0.99,,
2023S02,"S2   2023",300,"Greece",00,"All ships",1.1234,,
2022S02,"S2   2022",300,"Greece",00,"All ships",1.25,,
2023S02,"S2   2023",300,"Greece",01,"Passenger ships",,,"Not available or not separately reported"
"""
)


@pytest.fixture
async def figures(resources: Resources, tmp_path: Path) -> None:
    """Three ports, one with figures; a stop of a timetable with an awkward code."""
    await seed(resources)
    for name, text in (("index.csv", INDEX), ("calls.csv", CALLS)):
        (tmp_path / name).write_text(text)
        await service.import_unctad_file(resources, tmp_path / name)


def harbour(code: str, name: str, lat: float, lon: float) -> NewPort:
    return NewPort(
        code=code,
        name=name,
        lat=lat,
        lon=lon,
        timezone="Europe/Athens",
        kind=PortKind.HARBOUR,
        source="demo",
        unlocode=code,
        country="GR",
    )


async def seed(res: Resources) -> None:
    async with res.db.transaction() as conn:
        await service.seed_ports(
            conn,
            [
                harbour("GRPIR", "Piraeus", 37.944, 23.6365),
                harbour("GRJNX", "Naxos", 37.108, 25.373),
                NewPort(
                    code="river:a b%&_1",
                    name="100% <Pier>",
                    lat=52.0,
                    lon=4.0,
                    timezone="Europe/Amsterdam",
                    kind=PortKind.STOP,
                    source="gtfs:river",
                ),
            ],
        )


async def test_it_works(client: TestClient, figures: None) -> None:
    page = await client.get("/ports/GRPIR")
    text = await page.text()
    assert page.status == 200
    assert "Piraeus" in text
    assert "476.5" in text
    assert 'd="M' in text  # the line is drawn without JavaScript
    assert "US.PLSCI" in text
    assert "file index.csv" in text
    assert "H2 2023" in text
    assert "1.12" in text
    assert "Not available or not separately reported" in text
    assert "not by port" in text


async def test_a_port_without_figures_says_so(client: TestClient, figures: None) -> None:
    text = await (await client.get("/ports/GRJNX")).text()
    assert "No connectivity index for this port" in text
    assert "1.12" in text  # its country has some


@pytest.mark.parametrize("code", ["GRNIL", "x" * 500, "%00", "..%2F..", "'; drop table port; --"])
async def test_unknown_ports_are_not_found(client: TestClient, figures: None, code: str) -> None:
    for path in ("/ports/{}", "/api/v1/ports/{}", "/api/v1/ports/{}/statistics"):
        answer = await client.get(path.format(code))
        assert answer.status in (404, 422), path  # 422: NUL is part of no code


async def test_codes_are_found_in_any_case(client: TestClient, figures: None) -> None:
    answer = await client.get("/api/v1/ports/grpir")
    assert (await answer.json())["code"] == "GRPIR"


async def test_every_port_of_the_list_opens(client: TestClient, figures: None) -> None:
    text = await (await client.get("/ports")).text()
    assert "&lt;Pier&gt;" in text
    assert "<Pier>" not in text
    links = re.findall(r'<a class="strong" href="(/ports/[^"]+)"', text)
    assert len(links) == 4
    for link in links:
        assert (await client.get(link)).status == 200, link


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=pir", ["GRPIR"]),
        ("q=gr", ["GRJNX", "GRPIR"]),
        ("q=100%25", ["river:a b%&_1"]),
        ("q=_", []),
        ("kind=stop", ["river:a b%&_1"]),
        ("country=nl", ["NLRTM"]),
        ("q=nowhere", []),
        ("page=99", []),
    ],
)
async def test_ports_are_found(
    client: TestClient, figures: None, query: str, found: list[str]
) -> None:
    answer = await (await client.get(f"/api/v1/ports?{query}")).json()
    assert [port["code"] for port in answer["ports"]] == found


async def test_bad_questions_are_refused(client: TestClient) -> None:
    assert (await client.get("/api/v1/ports?page=first")).status in (400, 422)
    assert (await client.get("/api/v1/ports?kind=airport")).status in (400, 422)


async def test_empty_lists_say_what_to_do(client: TestClient) -> None:
    assert "There are no ports yet" in await (await client.get("/ports")).text()
    assert "No port found" in await (await client.get("/ports?q=zzz")).text()


async def test_json_and_csv_have_the_same_keys(client: TestClient, figures: None) -> None:
    answer = await (await client.get("/api/v1/ports/GRPIR/statistics")).json()
    table = await client.get("/api/v1/ports/GRPIR/statistics.csv")
    rows = list(csv.DictReader(io.StringIO(await table.text("utf-8-sig"))))
    assert len(rows) == len(answer["observations"]) == 6
    assert tuple(rows[0]) == OBSERVATION_KEYS == tuple(answer["observations"][0])
    for row, observation in zip(rows, answer["observations"], strict=True):
        assert row == {
            key: "" if value is None else str(cell(value)) for key, value in observation.items()
        }
    assert {source["report"] for source in answer["sources"]} == {"US.PLSCI", "US.PortCalls_S"}
    assert answer["as_of"] == max(source["retrieved_at"] for source in answer["sources"])


async def test_nothing_is_sent_twice(
    client: TestClient, resources: Resources, figures: None, tmp_path: Path
) -> None:
    first = await client.get("/api/v1/ports/GRPIR/statistics")
    tag = first.headers["ETag"]
    assert "Last-Modified" in first.headers
    again = await client.get("/api/v1/ports/GRPIR/statistics", headers={"If-None-Match": tag})
    assert again.status == 304
    assert await again.read() == b""
    (tmp_path / "index.csv").write_text(INDEX.replace("476.5", "476.75"))
    await service.import_unctad_file(resources, tmp_path / "index.csv")
    fresh = await client.get("/api/v1/ports/GRPIR/statistics", headers={"If-None-Match": tag})
    assert fresh.status == 200
    assert fresh.headers["ETag"] != tag


def test_a_port_in_no_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone 'Europe/Atlantis'"):
        NewPort(
            code="GRATL",
            name="Atlantis",
            lat=36.0,
            lon=25.0,
            timezone="Europe/Atlantis",
            kind=PortKind.HARBOUR,
            source="list",
        )


async def test_a_page_is_ready_bytes_until_its_figures_change(client, resources, tmp_path):
    async with resources.db.transaction() as conn:
        await service.seed_ports(conn, [a_port("GRPIR", "Piraeus", 37.94, 23.62, "Europe/Athens")])
    async with client.get("/ports/grpir", allow_redirects=False) as moved:
        assert (moved.status, moved.headers["Location"]) == (303, "/ports/GRPIR")
    async with client.get("/ports/GRPIR") as first, client.get("/ports/GRPIR?lang=de") as german:
        assert 'lang="en"' in await first.text()
        assert 'lang="de"' in await german.text()
    path = tmp_path / "US_PLSCI.csv"
    path.write_text(INDEX_HEADER + '2024Q01,"Q1 2024",GRPIR,"Greece, Piraeus",476.5,,\n')
    await service.import_unctad_file(resources, path)
    async with client.get("/ports/GRPIR") as again:
        assert "476.5" in await again.text()
