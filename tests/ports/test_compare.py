"""Ports beside one another: ranked, compared over time, by country; as page, JSON and CSV."""

import csv
import io
import re
from datetime import date
from itertools import pairwise

import pytest

from maritime_app.ports import service
from maritime_app.ports.statistics.lines_chart import lines_chart
from tests.factories import a_port
from tests.ports.published import INDEX_HEADER

VALUES = {f"NLX{letter}{letter}": 10.0 + number for number, letter in enumerate("ABCDEFGHJKLMNPQR")}
NAMED = {
    "GRPIR": ("Greece, Piraeus", 476.5),
    "GRSKG": ("Greece, Thessaloniki", 120.0),
    "NLRTM": ("Netherlands (Kingdom of the), Rotterdam", 956.25),
    "ZZNOW": ("Nowhere, Unknown", 1.0),
}


@pytest.fixture
async def figures(resources, tmp_path):
    """Twenty ports with an index in one quarter, some in the year before."""
    rows = [
        f'2024Q01,"Q1 2024",{code},"{label}",{value},,' for code, (label, value) in NAMED.items()
    ]
    rows += [f'2024Q01,"Q1 2024",{code},"Netherlands, {code}",{v},,' for code, v in VALUES.items()]
    rows += [
        '2023Q01,"Q1 2023",GRPIR,"Greece, Piraeus",470.0,,',
        '2021Q01,"Q1 2021",GRPIR,"Greece, Piraeus",450.0,,',
        '2022Q04,"Q4 2022",GRSKG,"Greece, Thessaloniki",110.0,,',
    ]
    path = tmp_path / "US_PLSCI.csv"
    path.write_text(INDEX_HEADER + "\n".join(rows) + "\n")
    await service.import_unctad_file(resources, path)
    async with resources.db.transaction() as conn:
        await service.seed_ports(
            conn,
            [
                a_port("GRPIR", "Piraeus", 37.9, 23.6, "Europe/Athens"),
                a_port("GRSKG", "Thessaloniki", 40.6, 22.9, "Europe/Athens"),
                a_port("NLRTM", "Rotterdam", 51.9, 4.1, "Europe/Amsterdam"),
            ],
        )


async def answer(client, path, status=200):
    async with client.get(path) as found:
        assert found.status == status, await found.text()
        return await found.json() if "json" in found.content_type else await found.text()


async def test_it_works(client, figures):
    found = await answer(client, "/api/v1/ports/ranking")
    assert (found["period"], found["places"]) == ("2024Q01", 20)
    first, second = found["ports"][:2]
    assert (first["rank"], first["code"], first["value"]) == (1, "NLRTM", 956.25)
    assert (second["rank"], second["year_before"], second["change_percent"]) == (2, 470.0, 1.38)
    assert found["sources"][0]["origin"] == "file US_PLSCI.csv"
    assert found["sources"][0]["invented"] is False
    page = await answer(client, "/ports/ranking")
    for words in ("Rotterdam", "956.2", "US.PLSCI", "file US_PLSCI.csv", "Nowhere, Unknown"):
        assert words in page, words


async def test_a_rank_counts_all_ports_whatever_country_is_shown(client, figures):
    found = await answer(client, "/api/v1/ports/ranking?country=gr")
    assert [(port["code"], port["rank"]) for port in found["ports"]] == [("GRPIR", 2), ("GRSKG", 3)]
    assert (found["total"], found["places"]) == (2, 20)


async def test_among_a_handful_there_is_no_rank(client, figures):
    found = await answer(client, "/api/v1/ports/ranking?period=2023Q01")
    assert [(port["code"], port["rank"]) for port in found["ports"]] == [("GRPIR", None)]


@pytest.mark.parametrize("query", ["period=1900Q01", "country=XYZ", "country=1"])
async def test_what_there_is_not_is_refused(client, figures, query):
    await answer(client, f"/api/v1/ports/ranking?{query}", status=422)


async def test_a_csv_has_the_whole_ranking_and_its_source(client, figures):
    rows = list(csv.DictReader(io.StringIO(await answer(client, "/api/v1/ports/ranking.csv"))))
    assert len(rows) == 20
    assert rows[0]["code"] == "NLRTM"
    assert {row["origin"] for row in rows} == {"file US_PLSCI.csv"}
    assert {row["invented"] for row in rows} == {"false"}


async def test_one_port_is_drawn_alone(client, figures):
    async with client.get("/api/v1/ports/compare.svg?ports=GRPIR") as got:
        assert got.status == 200
        assert (await got.text()).startswith("<svg")


async def test_ports_are_compared_over_time(client, figures):
    found = await answer(client, "/api/v1/ports/compare?ports=GRPIR,GRSKG")
    values = [(each["port"], each["period_code"], each["value"]) for each in found["figures"]]
    assert values[:3] == [
        ("GRPIR", "2021Q01", 450.0),
        ("GRPIR", "2023Q01", 470.0),
        ("GRPIR", "2024Q01", 476.5),
    ]
    assert {each["origin"] for each in found["figures"]} == {"file US_PLSCI.csv"}
    page = await answer(client, "/ports/compare?ports=GRPIR,GRSKG")
    assert page.count('class="line"') == 2
    rows = list(
        csv.DictReader(io.StringIO(await answer(client, "/api/v1/ports/compare.csv?ports=GRPIR")))
    )
    assert [row["value"] for row in rows] == ["450.0", "470.0", "476.5"]
    assert {row["source"] for row in rows} == {"unctad"}
    assert all("reuse with attribution" in row["licence"] for row in rows)


async def test_more_than_six_are_too_many(client, figures):
    await answer(client, "/api/v1/ports/compare?ports=a,b,c,d,e,f,g", status=422)
    await answer(client, "/api/v1/ports/compare?ports=ZZNIL", status=404)


async def test_without_ports_the_page_asks_for_some(client):
    assert "Which ports?" in await answer(client, "/ports/compare")
    assert "There are no figures yet" in await answer(client, "/ports/ranking")


async def test_a_country_has_a_page(client, figures):
    page = await answer(client, "/ports/countries/GR")
    for words in ("Greece", "Piraeus", "Thessaloniki", "US.PLSCI"):
        assert words in page, words
    assert "Rotterdam" not in page
    await answer(client, "/ports/countries/QQ", status=404)


async def test_methods_are_told(client):
    page = await answer(client, "/ports/methods")
    assert "Among fewer than twenty ports there is none." in page


async def test_who_has_an_answer_already_is_not_sent_it_again(client, figures):
    async with client.get("/api/v1/ports/ranking.csv") as first:
        tag = first.headers["ETag"]
    headers = {"If-None-Match": tag}
    async with client.get("/api/v1/ports/ranking.csv", headers=headers) as again:
        assert again.status == 304


async def test_words_of_a_chart_stay_inside_where_text_goes_from_right_to_left(client, figures):
    async with client.get("/ports/compare?ports=GRPIR", headers={"Accept-Language": "ar"}) as got:
        assert re.search(r'<svg[^>]* direction="ltr"', await got.text())


def test_names_of_lines_that_end_close_together_stand_apart():
    day = date(2024, 1, 1)
    values = (470.0, 309.0, 300.0, 2.0, 2170.0, 1.0)
    ends = dict(zip(("GRPIR", "BRSSZ", "ZADUR", "GRSKG", "CNSHA", "GRHER"), values, strict=True))
    chart = lines_chart({name: [(day, value)] for name, value in ends.items()}, months=3)
    assert chart is not None
    heights = sorted(line.name_at for line in chart.lines)
    assert all(after - before >= 14 for before, after in pairwise(heights))
    by_height = sorted(chart.lines, key=lambda line: line.name_at)
    assert [line.name for line in by_height] == sorted(ends, key=lambda name: -ends[name])
    assert heights[-1] < chart.axes.bottom


def test_the_last_year_is_not_cut_off():
    chart = lines_chart({"GRPIR": [(date(2006, 1, 1), 1.0), (date(2024, 1, 1), 2.0)]}, months=3)
    assert chart is not None
    assert [chart.axes.anchor(tick) for tick in chart.axes.x_ticks][-1] == "end"
    assert chart.axes.anchor(chart.axes.x_ticks[0]) == "middle"


def test_nothing_is_drawn_across_a_gap():
    line = [(date(2020, 1, 1), 1.0), (date(2020, 4, 1), 2.0), (date(2021, 1, 1), 3.0)]
    chart = lines_chart({"GRPIR": line, "GRSKG": []}, months=3)
    assert chart is not None
    assert [each.name for each in chart.lines] == ["GRPIR"]
    assert chart.lines[0].path.count("M") == 2
    assert lines_chart({"GRPIR": []}, months=3) is None
