"""Lists and figures as people have them, damaged or not what they say: each is read, or refused in
words with its name, and nothing that was stored goes away.
"""

import gzip
import io
import json
import zipfile
import zlib

import openpyxl
import pytest

from maritime_app.errors import Invalid
from maritime_app.ports import service
from maritime_app.ports.gazetteer.lists import rows
from maritime_app.ports.model import PortQuery
from tests.ports.published import INDEX_HEADER

HEADER = "World Port Index Number,Main Port Name,UN/LOCODE,Latitude,Longitude,Channel Depth (m)"
PORTS = f"{HEADER}\n1,Walvis Bay,NA WVB,-22.95,14.5,12\n"
UNLOCODE = ',"NA","WVB","Walvis Bay","Walvis Bay","","1--45---","AI","0601","","2257S 01430E",""\n'


def zipped(name: str, content: bytes, **how: int) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return body.getvalue()


def locked(content: bytes) -> bytes:
    """The same zip, said to have a password."""
    body = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            body[at + place] |= 1
            at = content.find(mark, at + 1)
    return bytes(body)


async def walvis_bay(resources):
    return [each.code for each in (await service.find(resources, PortQuery(q="walvis"))).ports]


READ = {
    "byte order mark": PORTS.encode("utf-8-sig"),
    "line ends of Windows": PORTS.replace("\n", "\r\n").encode(),
    "UTF-16": PORTS.encode("utf-16"),
    "semicolons": PORTS.replace(",", ";").encode(),
    "decimal commas": PORTS.replace(",", ";").replace(".", ",").encode(),
    "tabs": PORTS.replace(",", "\t").encode(),
    "capitals": PORTS.replace(HEADER, HEADER.upper()).encode(),
    "spaces in the header": PORTS.replace(HEADER, HEADER.replace(",", " , ")).encode(),
    "blank lines": PORTS.replace("\n", "\n\n").encode(),
    "no number": f"{PORTS}nan,Nowhere,,1,1,1\n1e999,Nowhere,,1,1,1\n".encode(),
    "no depth": PORTS.replace(",12\n", ",NaN\n").encode(),
    "no position": f"{PORTS}2,Nowhere,,nan,inf,1\n".encode(),
    "a NUL": PORTS.replace("Walvis", "Wal\x00vis").encode(),
    "more cells": PORTS.replace(",12\n", ",12,,,\n").encode(),
    "json with a NUL": json.dumps(
        {"NAWVB": {"name": "Walvis Bay\x00", "coordinates": [14.5, -22.95], "alias": ["\x00"]}}
    ).encode(),
    "json without a name": json.dumps(
        {
            "NAWVB": {"name": "Walvis Bay", "coordinates": [14.5, -22.95]},
            "NALUD": {"name": "\x00", "coordinates": [15.1, -26.6]},
        }
    ).encode(),
    "layer without positions": json.dumps(
        {
            "features": [
                {"attributes": {"portid": "port1", "portname": "Nowhere"}},
                {
                    "attributes": {
                        "portid": "port2",
                        "portname": "Walvis Bay",
                        "ISO3": "NAM",
                        "lat": -22.95,
                        "lon": 14.5,
                    }
                },
            ]
        }
    ).encode(),
    "UN/LOCODE": UNLOCODE.encode("latin-1"),
    "zip": zipped("2024-2 UNLOCODE CodeListPart1.csv", UNLOCODE.encode("latin-1")),
}


@pytest.mark.parametrize("content", READ.values(), ids=READ)
async def test_it_works(resources, tmp_path, content):
    path = tmp_path / "list"
    path.write_bytes(content)

    await service.import_list(resources, path)

    assert len(await walvis_bay(resources)) == 1
    report = await service.import_list(resources, path)
    assert (report.new, report.changed) == (0, 0)


REFUSED = {
    "empty": (b"", "none of the lists"),
    "a column is missing": (PORTS.replace("Latitude", "Lat").encode(), "has no column Latitude"),
    "a field without end": (PORTS.encode() + b"2," + b"x" * 200_000, "broken after row"),
    "a header without end": (b"x" * 200_000, "none of the lists"),
    "deep json": (b"[" * 100_000, "none of the lists"),
    "half of a gzip": (gzip.compress(PORTS.encode() * 99)[:-20], "damaged"),
    "a bad gzip": (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + b"\xff" * 50, "damaged"),
    "half of a zip": (READ["zip"][:-30], "damaged"),
    "a locked zip": (locked(READ["zip"]), "damaged or locked"),
    "another zip": (zipped("list.csv", PORTS.encode()), "names no port"),
    "nobody": (f"{HEADER}\n".encode(), "names no port"),
}


@pytest.mark.parametrize(("content", "words"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_read_takes_nothing_away(resources, tmp_path, content, words):
    good, path = tmp_path / "good.csv", tmp_path / "list"
    good.write_text(PORTS)
    await service.import_list(resources, good)
    path.write_bytes(content)

    with pytest.raises(Invalid, match=words) as refused:
        await service.import_list(resources, path)

    assert path.name in refused.value.message
    assert await walvis_bay(resources) == ["NAWVB"]


async def test_what_unpacks_to_more_than_any_list_is_refused(resources, tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "MAX_BYTES", 100_000)
    path = tmp_path / "list"
    path.write_bytes(zipped("UNLOCODE CodeListPart1.csv", UNLOCODE.encode() * 10_000))
    with pytest.raises(Invalid, match="larger than any list"):
        await service.import_list(resources, path)


async def test_a_row_that_is_left_out_says_where_it_stands(resources, tmp_path):
    path = tmp_path / "list"
    path.write_text(f"{PORTS}2,Nowhere,,,,\n1,Walvis Bay again,,-22,14,\n")

    report = await service.import_list(resources, path)

    assert report.examples["no position"] == ["line 3"]
    assert report.examples["the same port again"] == ["1 Walvis Bay again"]


async def test_a_figure_that_is_left_out_says_where_it_stands(resources, tmp_path):
    path = tmp_path / "US_PLSCI.csv"
    good = '2024Q01,"Q1 2024",NLRTM,"Netherlands, Rotterdam",956.25,,\n'
    path.write_text(f"{INDEX_HEADER}{good}{good.replace('NLRTM', '?')}{good.replace('956', '-9')}")

    done = await service.import_unctad_file(resources, path)

    assert done.first_rows["unreadable place code"] == 3
    assert done.first_rows["other figures than an earlier row of the same, which holds"] == 4
    path.write_text(INDEX_HEADER + good.replace("NLRTM", "?"))
    with pytest.raises(Invalid, match="unreadable place code \\(1, first in row 2\\)"):
        await service.import_unctad_file(resources, path)


def annex(change=None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Annex"
    sheet.append(["Container Port Performance Index"])
    sheet.append(["Port", "LOCODE", "Territory", "CPPI 2024"])
    sheet.append(["Rotterdam", "NLRTM", "Netherlands", 12.5])
    sheet.append(["Nowhere", "?", "Nowhere", 1.0])
    body = io.BytesIO()
    book.save(body)
    if change is None:
        return body.getvalue()
    changed = io.BytesIO()
    with zipfile.ZipFile(body) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name.endswith("sheet1.xml") else content)
    return changed.getvalue()


async def test_an_annex_says_where_a_row_stands(resources, tmp_path):
    path = tmp_path / "CPPI.xlsx"
    path.write_bytes(annex())
    done = await service.import_annex(resources, path)
    assert (done.stored, done.first_rows) == (1, {"unreadable place code": 4})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        annex()[:-100],
        locked(annex()),
        annex(lambda sheet: sheet[: len(sheet) // 2]),
        annex(lambda _sheet: b"\xff\xfe no XML"),
        b"PK\x03\x04",
        b"x" * 200_000,
    ],
)
async def test_a_broken_annex_is_refused(resources, tmp_path, content):
    path = tmp_path / "CPPI.xlsx"
    path.write_bytes(content)
    with pytest.raises(Invalid):
        await service.import_annex(resources, path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
async def test_an_annex_as_people_save_it_is_read(resources, tmp_path, encoding, mark):
    path = tmp_path / "CPPI.csv"
    text = "Port,LOCODE,Territory,CPPI 2024\r\nRotterdam,NL RTM,Netherlands,12.5\r\n"
    path.write_bytes(text.replace(",", mark).encode(encoding))
    assert (await service.import_annex(resources, path)).stored == 1


@pytest.mark.parametrize("mark", [";", "\t"])
@pytest.mark.parametrize(("figure", "value"), [("0,123", 0.123), ("-12,345", -12.345)])
async def test_an_annex_with_decimal_commas(resources, tmp_path, mark, figure, value):
    """A comma with three digits behind it made a thousand times as much of a figure."""
    path = tmp_path / "CPPI.csv"
    text = f"Port,LOCODE,Territory,CPPI 2024\r\nRotterdam,NL RTM,Netherlands,{'{}'}\r\n"
    path.write_bytes(text.replace(",", mark).format(figure).encode())

    await service.import_annex(resources, path)

    async with resources.db.acquire() as conn:
        assert await conn.fetchval("select value from stat_obs") == value


DAY = "2026-01-05,2026,1,5,port1114,Rotterdam,Netherlands,NLD,80,1\n"
DAILY = "date,year,month,day,portid,portname,country,ISO3,portcalls,ObjectId\n"


@pytest.mark.parametrize("tail", [b"x" * 3_000_000, b'"' + b"x\n" * 200_000])
async def test_broken_daily_calls_are_refused_before_anything_is_stored(resources, tmp_path, tail):
    await service.seed_gazetteer(resources)
    path = tmp_path / "Daily_Ports_Data.csv"
    path.write_bytes(DAILY.encode() + DAY.encode() * 3 + tail)

    with pytest.raises(Invalid, match=r"Daily_Ports_Data\.csv is damaged after row 4"):
        await service.import_daily_calls(resources, path)

    async with resources.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from outside_copy") == 0


@pytest.mark.parametrize("tail", [b"\xff\xfe\xff\n", zlib.compress(b"x") + b"\n", b"a,\x00\n"])
async def test_a_bad_row_of_daily_calls_loses_no_other(resources, tmp_path, tail):
    await service.seed_gazetteer(resources)
    path = tmp_path / "Daily_Ports_Data.csv"
    path.write_bytes(DAILY.encode() + tail + DAY.encode())

    done = await service.import_daily_calls(resources, path)

    assert (done.rows, done.done.stored) == (2, 1)
    assert done.rejected.total() == 1
