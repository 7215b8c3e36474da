"""The directory's ports as points, and charts as pictures with their source inside."""

import re
import xml.etree.ElementTree as ET
from datetime import date
from typing import Any

import pytest

from maritime_app.ports.pictures.svg import Picture, Stroke, svg
from maritime_app.ports.statistics.chart import line_chart

SVG = "{http://www.w3.org/2000/svg}"
CHART = line_chart([(date(2024, 1, 1), 10.0), (date(2024, 4, 1), 12.0)])


def texts(body: bytes) -> list[str]:
    """The words of a picture; raise ParseError for what is no XML."""
    return [each.text or "" for each in ET.fromstring(body).iter(f"{SVG}text")]


def picture(**changes: Any) -> Picture:
    assert CHART is not None
    fields: dict[str, Any] = {
        "title": "Liner connectivity: Oslo (NOOSL)",
        "subtitle": "PLSCI",
        "notes": ("Source: UNCTAD · US.PLSCI", "As of Q2 2024"),
        "axes": CHART.axes,
        "strokes": (Stroke(CHART.line, CHART.last),),
    }
    return Picture(**(fields | changes))


def test_it_works() -> None:
    said = texts(svg(picture()))

    assert said[0] == "Liner connectivity: Oslo (NOOSL)"
    assert said[-2:] == ["Source: UNCTAD · US.PLSCI", "As of Q2 2024"]


def test_invented_figures_are_marked_across_the_lines() -> None:
    assert "Invented" in texts(svg(picture(invented="Invented")))
    assert "Invented" not in texts(svg(picture()))


def test_a_name_cannot_break_the_picture() -> None:
    said = texts(svg(picture(title='<script>"&', language='"><x', notes=("a < b & c",))))

    assert (said[0], said[-1]) == ('<script>"&', "a < b & c")


def test_a_long_source_is_wrapped_inside_the_picture() -> None:
    said = texts(svg(picture(notes=("word " * 60,))))

    assert sum(line.startswith("word") for line in said) == 3


def test_right_to_left_begins_at_the_right() -> None:
    root = ET.fromstring(svg(picture(rtl=True)))
    title = next(root.iter(f"{SVG}text"))

    assert (title.get("direction"), float(title.get("x") or 0) > 600) == ("rtl", True)


@pytest.mark.demo
async def test_ports_are_points(client: Any) -> None:
    async with client.get("/api/v1/ports.geojson", params={"country": "GR"}) as answer:
        assert answer.status == 200
        assert answer.content_type == "application/geo+json"
        found, tag = await answer.json(), answer.headers["ETag"]
    async with client.get("/api/v1/ports", params={"country": "GR"}) as answer:
        listed = await answer.json()

    assert found["type"] == "FeatureCollection"
    assert len(found["features"]) == found["total"] == listed["total"]
    points = {each["properties"]["code"]: each["geometry"] for each in found["features"]}
    by_code = {port["code"]: port for port in listed["ports"]}
    assert points["GRPIR"]["coordinates"] == pytest.approx(
        [by_code["GRPIR"]["lon"], by_code["GRPIR"]["lat"]], abs=1e-5
    )
    west, south, east, north = found["bbox"]
    assert all(west <= lon <= east for lon, _lat in (p["coordinates"] for p in points.values()))
    assert all(south <= lat <= north for _lon, lat in (p["coordinates"] for p in points.values()))
    headers = {"If-None-Match": tag}
    address = "/api/v1/ports.geojson?country=GR"
    async with client.get(address, headers=headers) as again:
        assert again.status == 304


@pytest.mark.demo
async def test_the_page_has_the_map_and_keeps_the_list(client: Any) -> None:
    async with client.get("/ports", params={"country": "GR"}) as answer:
        page = await answer.text()

    assert 'data-src="/api/v1/ports.geojson?q=&amp;kind=&amp;country=GR"' in page
    assert 'href="/ports/GRPIR"' in page


@pytest.mark.demo
async def test_countries_are_chosen_by_name(client: Any) -> None:
    """Those that have a port, by their names in the reader's language; and one that has none, as
    long as it is asked for.
    """
    async with client.get("/ports?country=fj&lang=de") as answer:
        page = await answer.text()

    found = re.findall(r'<option value="(..)"( selected)?>([^<]+)</option>', page)
    names = {code: name for code, _chosen, name in found}
    assert names["GR"] == "Griechenland"
    assert list(names).index("EE") < list(names).index("GR") < list(names).index("ES")
    assert ("FJ", " selected", "Fidschi") in found


async def test_a_port_without_figures_has_no_picture(client: Any) -> None:
    for name in ("connectivity", "daily-calls"):
        async with client.get(f"/api/v1/ports/NOOSL/{name}.svg") as answer:
            assert answer.status == 404
    async with client.get("/api/v1/ports/compare.svg") as answer:
        assert answer.status == 404
