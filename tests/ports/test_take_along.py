"""Every table of figures is to be had as JSON, CSV and picture: by country, and by table."""

import csv
import html
import io
import re
from xml.etree import ElementTree as ET

import pytest

from maritime_app.ports import service
from maritime_app.ports.pictures.bars import Bar, BarPicture, bars_svg
from maritime_app.ports.statistics.model import OBSERVATION_KEYS
from tests.factories import a_port
from tests.ports.published import ANNEX_HEADER, INDEX_HEADER, TIME_HEADER, annex_book

GREECE = "/api/v1/ports/countries/GR"
SVG = "{http://www.w3.org/2000/svg}"
INDEX = (
    INDEX_HEADER
    + """\
2023Q04,"Q4 2023",GRPIR,"Greece, Piraeus",470.5,,
2024Q01,"Q1 2024",GRPIR,"Greece, Piraeus",476.5,,
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
PIRAEUS = ["Piraeus", "GRPIR", "Greece", -12.5, 40.25, 5, 81.2, 1.0, 1.0]


@pytest.fixture
async def figures(resources, tmp_path):
    """A port with an index of containers and one of connectivity; its country's time in port."""
    async with resources.db.transaction() as conn:
        await service.seed_ports(conn, [a_port("GRPIR", "Piraeus", 37.9, 23.6, "Europe/Athens")])
    for name, text in (("index.csv", INDEX), ("calls.csv", CALLS)):
        (tmp_path / name).write_text(text)
        await service.import_unctad_file(resources, tmp_path / name)
    path = tmp_path / "annex.xlsx"
    path.write_bytes(annex_book(ANNEX_HEADER, PIRAEUS))
    await service.import_annex(resources, path)


async def test_it_works(client, figures):
    async with client.get(f"{GREECE}/statistics") as got:
        assert got.status == 200
        answer = await got.json()
    async with client.get(f"{GREECE}/statistics.csv") as got:
        assert got.headers["Content-Disposition"] == 'attachment; filename="GR-statistics.csv"'
        rows = list(csv.DictReader(io.StringIO(await got.text("utf-8-sig"))))

    assert answer["country"] == "GR"
    assert tuple(rows[0]) == OBSERVATION_KEYS == tuple(answer["observations"][0])
    assert [row["value"] for row in rows] == [
        "" if each["value"] is None else str(each["value"]) for each in answer["observations"]
    ]
    assert {row["geo_kind"] for row in rows} == {"economy"}
    assert {row["origin"] for row in rows} == {"file calls.csv"}
    assert all("reuse with attribution" in row["licence"] for row in rows)
    assert answer["as_of"] == max(source["retrieved_at"] for source in answer["sources"])


@pytest.mark.parametrize(
    "path",
    [
        f"{GREECE}/statistics",
        f"{GREECE}/statistics.csv",
        f"{GREECE}/time-in-port.svg",
        "/api/v1/ports/GRPIR/container-index.svg",
        "/api/v1/ports/GRPIR/statistics.csv?report=CPPI",
    ],
)
async def test_nothing_is_sent_twice(client, figures, path):
    async with client.get(path) as first:
        assert first.status == 200
        tag = first.headers["ETag"]
    async with client.get(path, headers={"If-None-Match": tag}) as again:
        assert again.status == 304


async def test_tables_are_taken_one_by_one(client, figures):
    for query, reports in (
        ("CPPI", {"CPPI"}),
        ("CPPI,US.PLSCI", {"CPPI", "US.PLSCI"}),
        ("", {"CPPI", "US.PLSCI", "US.PortCalls_S"}),
    ):
        async with client.get(f"/api/v1/ports/GRPIR/statistics?report={query}") as got:
            answer = await got.json()
        assert {each["report"] for each in answer["observations"]} == reports
        assert {each["report"] for each in answer["sources"]} == reports
    async with client.get("/api/v1/ports/GRPIR/statistics?report=US.Nothing") as got:
        assert got.status == 422
        assert "US.Nothing" in await got.text()


async def test_a_country_is_drawn_by_ship_type(client, figures):
    words = await drawn(client, f"{GREECE}/time-in-port.svg")
    for expected in ("Median time in port: Greece", "All ships", "1.12", "Passenger ships"):
        assert expected in words
    assert words.count("no figure") == 1
    assert "US.PortCalls_S" in " ".join(words)
    assert "file calls.csv" in " ".join(words)
    assert "As of H2 2023" in words
    arabic = await drawn(client, f"{GREECE}/time-in-port.svg", {"Accept-Language": "ar"})
    assert len(arabic) == len(words)
    assert "All ships" not in arabic


async def test_container_handling_is_drawn_by_year(client, figures):
    words = await drawn(client, "/api/v1/ports/GRPIR/container-index.svg")
    for expected in ("Container handling: Piraeus (GRPIR)", "2023", "-12.5", "2024", "40.2"):
        assert expected in words


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/ports/countries/QQ/statistics",
        "/api/v1/ports/countries/QQ/statistics.csv",
        "/api/v1/ports/countries/NO/time-in-port.svg",
        "/api/v1/ports/GRNIL/container-index.svg",
    ],
)
async def test_what_there_is_not_is_not_found(client, figures, path):
    async with client.get(path) as got:
        assert got.status == 404


@pytest.mark.parametrize("page", ["/ports/countries/GR", "/ports/GRPIR"])
async def test_each_table_of_a_page_links_all_three(client, figures, page):
    async with client.get(page) as got:
        text = await got.text()
    links = {html.unescape(each) for each in re.findall(r'href="(/api/v1/ports/[^"]+)"', text)}

    time_in_port = f"{GREECE}/statistics%s?report=US.PortCalls_S"
    expected = {time_in_port % "", time_in_port % ".csv", f"{GREECE}/time-in-port.svg"}
    if "countries" in page:
        ranking, series = "/api/v1/ports/ranking%s?country=GR", f"{GREECE}/statistics%s"
        expected |= {ranking % "", ranking % ".csv", "/api/v1/ports/compare.svg?ports=GRPIR"}
        expected |= {series % "", series % ".csv"}
    else:
        line = "/api/v1/ports/GRPIR/statistics%s?report=US.PLSCI"
        expected |= {line % "", line % ".csv", "/api/v1/ports/GRPIR/connectivity.svg"}
        index = "/api/v1/ports/GRPIR/statistics%s?report=CPPI"
        expected |= {index % "", index % ".csv", "/api/v1/ports/GRPIR/container-index.svg"}
    assert expected <= links
    for link in links:
        async with client.get(link) as got:
            assert got.status == 200, link
    for picture in [link for link in expected if ".svg" in link]:
        assert f'data-png="{picture}"' in text
    assert "ports/picture.js" in text


def test_what_is_invented_says_so_across_the_bars():
    made = BarPicture(
        "Title", "Below", ("Source",), (Bar("2024", 1.0, "1.0"),), invented="Invented"
    )
    assert "Invented" in texts(bars_svg(made))


def test_a_figure_stands_with_its_name_and_not_with_the_stroke_of_the_other():
    made = bars_svg(BarPicture("T", "S", (), (Bar("Tankers", 1.0, "1.0", beside=3.0),)))
    words = ET.fromstring(made).iter(f"{SVG}text")
    (name,) = [each for each in words if (each.text or "").strip() == "Tankers"]
    assert [each.text for each in name] == ["1.0"]


def test_a_long_title_goes_on_in_the_next_line():
    ports = ", ".join(f"Port number {number} (XX{number:03})" for number in range(6))
    made = bars_svg(BarPicture(ports, "S", ("Source",), (Bar("a", 1.0, "1"),)))
    titles = [
        each for each in ET.fromstring(made).iter(f"{SVG}text") if each.get("font-size") == "18"
    ]
    assert " ".join(each.text or "" for each in titles) == ports
    assert all(len(each.text or "") < 60 for each in titles)
    assert len({each.get("y") for each in titles}) == len(titles) > 1


def test_bars_below_zero_begin_where_those_above_do():
    bars = (Bar("a", -10.0, "-10"), Bar("b", 30.0, "30", beside=15.0), Bar("c", None, "none"))
    for rtl in (False, True):
        root = ET.fromstring(bars_svg(BarPicture("T", "S", (), bars, rtl=rtl)))
        low, high = [
            (float(each.get("x", "")), float(each.get("width", "")))
            for each in root.iter(f"{SVG}rect")
            if each.get("rx")
        ]
        zero = low[0] if rtl else low[0] + low[1]
        assert zero == pytest.approx(high[0] + high[1] if rtl else high[0], abs=0.2)
        assert high[1] == pytest.approx(3 * low[1], abs=0.5)
        (mark,) = root.iter(f"{SVG}line")
        assert high[0] < float(mark.get("x1", "")) < high[0] + high[1]
        assert all(0 <= float(each.get("x", "")) <= 720 for each in root.iter(f"{SVG}text"))


async def drawn(client, path, headers=None):
    """The words of a picture."""
    async with client.get(path, headers=headers) as got:
        assert (got.status, got.content_type) == (200, "image/svg+xml")
        return texts(await got.read())


def texts(picture):
    kinds = (f"{SVG}text", f"{SVG}tspan")
    return [
        (each.text or "").strip() for each in ET.fromstring(picture).iter() if each.tag in kinds
    ]


UNCTAD = ("reuse with attribution", "https://unctadstat.unctad.org/")
WORLD_BANK = ("World Bank, CC BY 3.0 IGO", "https://openknowledge.worldbank.org/")


@pytest.mark.parametrize(
    ("address", "terms"),
    [
        ("/ports/GRPIR", (UNCTAD, WORLD_BANK)),
        ("/ports/ranking", (UNCTAD,)),
        ("/ports/compare?ports=GRPIR", (UNCTAD,)),
        ("/ports/countries/GR", (UNCTAD,)),
        ("/api/v1/ports/GRPIR/statistics", (UNCTAD, WORLD_BANK)),
        ("/api/v1/ports/GRPIR/statistics.csv", (UNCTAD, WORLD_BANK)),
        ("/api/v1/ports/GRPIR/performance", (UNCTAD, WORLD_BANK)),
        ("/api/v1/ports/GRPIR/container-index.svg", (WORLD_BANK,)),
        ("/api/v1/ports/compare?ports=GRPIR", (UNCTAD,)),
        ("/api/v1/ports/compare.csv?ports=GRPIR", (UNCTAD,)),
        ("/api/v1/ports/ranking", (UNCTAD,)),
        ("/api/v1/ports/ranking.csv", (UNCTAD,)),
        (f"{GREECE}/statistics.csv", (UNCTAD,)),
        (f"{GREECE}/time-in-port.svg", (UNCTAD,)),
    ],
)
async def test_terms_and_a_link_stand_with_the_figures(client, figures, address, terms):
    async with client.get(address) as got:
        assert got.status == 200
        text = re.sub(r"\s+", " ", html.unescape(await got.text()))
    for licence, link in terms:
        assert licence in text
        assert link in text
