"""Who knows a port by another name than its code is led to it, or asked which one is meant."""

import json
from pathlib import Path
from typing import Any

import pytest

from maritime_app.infra.db import Database
from maritime_app.ports import service
from maritime_app.ports.finding import spelled_about
from tests.factories import a_port, a_sailing

PORTS = [
    a_port("NLRTM", "Rotterdam", 51.95, 4.14, "Europe/Amsterdam"),
    a_port("BRSSZ", "Santos",
           -23.96, -46.33, "America/Sao_Paulo"),
    a_port("GRPIR", "Piraeus", 37.94, 23.64, "Europe/Athens"),
    a_port("USNPT", "Newport", 41.49, -71.31, "America/New_York"),
    a_port("GBNPO", "Newport", 51.57, -2.98, "Europe/London"),
]  # fmt: skip


@pytest.fixture
async def known(resources: Any) -> None:
    """Five ports, two of one name."""
    async with resources.db.transaction() as conn:
        await service.seed_ports(conn, PORTS)
        ids = await service.port_ids(conn, ["GRPIR"])
        await service.add_names(conn, [(ids["GRPIR"], "Le Pirée")])


async def at(client: Any, path: str) -> tuple[int, str, str]:
    """Status, where it ends, and what stands there."""
    async with client.get(path) as answer:
        return answer.status, str(answer.url.relative()), await answer.text()


@pytest.mark.parametrize("name", ["Rotterdam", "rotterdam", "ROTTERDAM", "nl rtm", "nlrtm"])
async def test_it_works(client: Any, known: None, name: str) -> None:
    status, address, text = await at(client, f"/ports/{name}")
    assert (status, address) == (200, "/ports/NLRTM")
    assert "<h1>Rotterdam</h1>" in text


async def test_a_board_is_found_by_name(client: Any, known: None, db: Database) -> None:
    """It was a bare 404."""
    await a_sailing(db)
    status, address, text = await at(client, "/ferries/departures?port=Kiel&date=2026-12-01")
    assert (status, address) == (200, "/ferries/departures?port=DEKEL&date=2026-12-01")
    assert "Departures from Kiel" in text
    status, address, _text = await at(client, "/ferries/arrivals?port=le%20piree")
    assert (status, address) == (200, "/ferries/arrivals?port=GRPIR")


@pytest.mark.parametrize("path", ["/ports/Newport", "/ferries/departures?port=Newport"])
async def test_of_two_ports_of_one_name_nobody_chooses_for_the_reader(
    client: Any, known: None, path: str
) -> None:
    status, address, text = await at(client, path)
    assert (status, address) == (200, "/ports?q=Newport")
    assert "USNPT" in text
    assert "GBNPO" in text


@pytest.mark.parametrize("path", ["/ports/Roterdam", "/ferries/departures?port=Roterdam"])
async def test_a_slip_of_the_pen_is_asked_about(client: Any, known: None, path: str) -> None:
    status, address, text = await at(client, path)
    assert (status, address) == (200, "/ports?q=Roterdam")
    assert "These are spelled almost so" in text
    assert 'href="/ports/NLRTM"' in text


@pytest.mark.parametrize("path", ["/ports/Xyzzyx", "/ferries/departures?port=%2B", "/ports/%C3%B8"])
async def test_what_nobody_may_mean_is_not_found(client: Any, known: None, path: str) -> None:
    assert (await at(client, path))[0] == 404


async def test_programs_are_told_which_port_may_be_meant(client: Any, known: None) -> None:
    for path in ("", "/departures", "/statistics", "/measures"):
        async with client.get(f"/api/v1/ports/Roterdam{path}") as answer:
            assert answer.status == 404
            said = await answer.json()
        assert said["detail"].endswith("Did you mean: Rotterdam (NLRTM)?")


async def test_the_directory_understands_slips_of_the_pen(client: Any, known: None) -> None:
    async with client.get("/api/v1/ports?q=Roterdam") as answer:
        found = await answer.json()
    assert [port["code"] for port in found["ports"]] == ["NLRTM"]
    assert (found["total"], found["pages"], found["is_spelled_so"]) == (1, 1, False)
    async with client.get("/api/v1/ports.geojson?q=Roterdam") as answer:
        points = await answer.json(content_type=None)
    assert [each["properties"]["code"] for each in points["features"]] == ["NLRTM"]
    async with client.get("/api/v1/ports?q=Rotterdam") as answer:
        assert (await answer.json())["is_spelled_so"] is True


@pytest.mark.parametrize("other", ["country=GR", "kind=stop", "page=2"])
async def test_a_slip_of_the_pen_keeps_to_the_other_fields(
    client: Any, known: None, other: str
) -> None:
    async with client.get(f"/api/v1/ports?q=Roterdam&{other}") as answer:
        assert (await answer.json())["ports"] == []


async def test_ports_are_compared_by_name(client: Any, known: None) -> None:
    status, _address, text = await at(client, "/ports/compare?ports=Rotterdam,BR%20SSZ,Piree")
    assert status == 200
    for code in ("NLRTM", "BRSSZ"):
        assert f'href="/ports/{code}"' in text
    assert "We know no port that is called “Piree”" in text
    assert "/ports/compare?ports=Rotterdam%2CBR%20SSZ%2CGRPIR" in text.replace("+", "%20")


async def test_of_several_of_one_name_the_page_says_so(client: Any, known: None) -> None:
    """It said that it knew none, and named two."""
    _status, _address, text = await at(client, "/ports/compare?ports=Newport")
    assert "Several ports are called “Newport”" in text
    assert "We know no port" not in text


async def test_the_port_that_is_written_down_is_meant(
    client: Any, resources: Any, tmp_path: Path
) -> None:
    """Jurong is called Singapore as well, and there is a Rotterdam on the Mohawk."""
    sea_ports = {
        "NLRTM": {"name": "Rotterdam", "country": "Netherlands", "coordinates": [4.5, 51.9]},
        "USRAJ": {"name": "Rotterdam", "country": "United States", "coordinates": [-73.97, 42.79]},
        "SGSIN": {"name": "Singapore", "country": "Singapore", "coordinates": [103.85, 1.29]},
        "SGJUR": {"name": "Jurong/Singapore", "country": "Singapore", "coordinates": [103.7, 1.33]},
    }
    (tmp_path / "seaports.json").write_text(json.dumps(sea_ports))
    await service.import_list(resources, tmp_path / "seaports.json")

    for name, code in (("Rotterdam", "NLRTM"), ("Singapore", "SGSIN")):
        assert (await at(client, f"/ports/{name}"))[:2] == (200, f"/ports/{code}")


async def test_nothing_to_compare_is_not_found(client: Any, known: None) -> None:
    status, _address, text = await at(client, "/ports/compare?ports=Xyzzyx")
    assert status == 404
    assert "We know no port that is called “Xyzzyx”" in text
    assert 'name="ports"' in text


def test_of_three_letters_every_name_is_one_away_from_others() -> None:
    assert spelled_about("pir", ["pit", "pir"], 5) == []
    assert spelled_about("pireus", ["piraeus", "pyrgos"], 5) == ["piraeus"]


async def test_an_unknown_port_leads_to_the_ports(client):
    for path in ("/ports/QQXYZ", "/ferries/departures?port=QQXYZ"):
        async with client.get(path) as answer:
            page = await answer.text()
        assert answer.status == 404
        assert 'class="btn go" href="/ports"' in page
        assert 'name="q" value="QQXYZ"' in page
    async with client.get("/nowhere") as answer:
        assert 'name="q"' not in await answer.text()


async def test_a_list_that_has_a_port_twice_says_so(client, resources, tmp_path):
    """Both codes find it, and so do programs; none of them is a port beside it."""
    entry = {"name": "Yantai", "country": "China", "coordinates": [121.45, 37.46]}
    both = {**entry, "unlocs": ["CNYNT", "CNYTG"]}
    other = {"name": "Yantai Bay", "coordinates": [121.45, 37.46], "unlocs": ["CNYNT", "CNZZZ"]}
    sea_ports = {"CNYTG": both, "CNYNT": both, "CNZZZ": other}
    (tmp_path / "seaports.json").write_text(json.dumps(sea_ports))
    report = await service.import_list(resources, tmp_path / "seaports.json")

    assert (report.rows, report.new, report.joined["code"]) == (3, 2, 1)
    for code in ("CNYNT", "CNYTG", "cn ytg"):
        async with client.get(f"/api/v1/ports/{code}") as answer:
            assert (await answer.json())["code"] == "CNYNT"
        async with client.get("/api/v1/ports", params={"q": code}) as answer:
            assert [each["code"] for each in (await answer.json())["ports"]] == ["CNYNT"]
    async with client.get("/api/v1/ports/CNZZZ") as answer:
        assert (await answer.json())["code"] == "CNZZZ"
    again = await service.import_list(resources, tmp_path / "seaports.json")
    assert (again.new, again.changed) == (0, 0)
