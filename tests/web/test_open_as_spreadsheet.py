"""Tables that people open in Excel, LibreOffice or Calc: one way for every CSV of the product."""

import ast
import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import maritime_app
from maritime_app.formats import csv_cells
from tests import signed_in

PACKAGE = Path(maritime_app.__file__).parent
# What programs of others read as it is: GTFS, and the publishers that the sandbox plays.
OF_OTHERS = ("ferries/timetables/gtfs/packing.py", "sandbox/")


def read(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def test_it_works():
    body = csv_cells.table(("port", "calls"), [("Gdańsk", 3), ("Θήρα", None), ('a,\n"b"', 0.5)])
    assert body.startswith(b"\xef\xbb\xbfport,calls\r\n")
    assert read(body) == [
        ["port", "calls"], ["Gdańsk", "3"], ["Θήρα", ""], ['a,\n"b"', "0.5"]
    ]  # fmt: skip


def test_a_text_that_stands_in_each_row_is_looked_through_once(monkeypatch):
    looked_at = []
    cell = csv_cells.cell

    def noted(value):
        looked_at.append(value)
        return cell(value)

    monkeypatch.setattr(csv_cells, "cell", noted)
    body = csv_cells.table(("licence", "calls"), [("=CC BY", number) for number in range(100)])
    assert read(body)[100] == ["'=CC BY", "99"]
    assert looked_at.count("=CC BY") == 1


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_text_is_a_formula(begin):
    text = f"{begin}cmd|'/c calc'!A1"
    (_head, (cell, listed)) = read(csv_cells.table(("a", "b"), [(text, [text, "x"])]))
    assert cell == f"'{text}"
    assert listed == f"'{text} x"


@pytest.mark.parametrize("parts", [";", "\t", "\n", "\r\n"])
@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "＝"])
def test_nor_is_what_another_separator_would_make_a_cell_of(parts, begin):
    """German and Greek Excel part by semicolons, and then quotes within a line are letters."""
    text = f"Ada{parts}{begin}cmd|'/c calc'!A1{parts}x"
    body = csv_cells.table(("a", "b"), [("before", text)]).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(body), delimiter=";") for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝"))]
    assert read(body.encode())[1][1] == text.replace(begin, f"'{begin}", 1)


def test_lines_of_a_text_stay_as_they_are():
    assert read(csv_cells.table(("a",), [("Kai 1\r\n0150 Oslo; a-b",)]))[1] == [
        "Kai 1\r\n0150 Oslo; a-b"
    ]


@pytest.mark.parametrize("value", [-5, -0.25, Decimal("-12.50"), "-12.50", "-7"])
def test_an_amount_below_zero_stays_a_number(value):
    assert read(csv_cells.table(("a",), [(value,)]))[1] == [str(value)]


@pytest.mark.parametrize("text", ["-1+1", "-A1", "- 5", "-1e9", "-12.50\n", "--1", "-1.", "+30 21"])
def test_what_only_begins_like_a_number_is_text(text):
    assert read(csv_cells.table(("a",), [(text,)]))[1] == [f"'{text}"]


def test_values_are_written_as_json_writes_them():
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    row: tuple[object, ...] = (True, False, None, noon, date(2026, 3, 1), ["a", "b"], [])
    told = ["true", "false", "", "2026-03-01T12:00:00Z", "2026-03-01", "a b", ""]
    assert read(csv_cells.table("abcdefg", [row]))[1] == told


def test_what_a_row_lacks_is_empty():
    assert read(csv_cells.keyed_table(("a", "b"), [{"b": 1}])) == [["a", "b"], ["", "1"]]


def test_nobody_else_writes_such_a_file():
    """Whoever wrote one by hand would forget the mark, or a formula."""
    wrote = {
        str(file.relative_to(PACKAGE))
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in {("csv", "writer"), ("csv", "DictWriter")}
    }
    assert {name for name in wrote if not name.startswith(OF_OTHERS)} == {"formats/csv_cells.py"}


@pytest.mark.demo
async def test_every_address_gives_such_a_file(client, resources):
    await signed_in.come_in(client, resources)
    box = "lat_min=30&lat_max=45&lng_min=15&lng_max=30"
    for path in (
        "/api/v1/ports/ranking.csv",
        "/api/v1/ports/compare.csv?ports=GRPIR",
        "/api/v1/ports/GRPIR/departures.csv",
        "/api/v1/ports/GRPIR/arrivals.csv",
        "/api/v1/ports/GRPIR/measures.csv",
        "/api/v1/vessels/port-calls.csv",
        "/api/v1/vessels/predictions.csv",
        f"/api/vessels/live-positions/?format=csv&{box}",
        "/admin/bookings.csv",
        "/admin/bookings/sales.csv",
    ):
        async with client.get(path) as answer:
            body = await answer.read()
            assert (answer.status, answer.content_type) == (200, "text/csv"), (path, body[:200])
            assert answer.charset == "utf-8", path
            assert body.startswith(b"\xef\xbb\xbf"), path
            assert len(read(body)[0]) > 1, path  # a header, also where there is no row
