"""Archives that lie about what they hold: each is refused in words, or read as far as it says the
truth, wherever archives are read.
"""

import io
import struct
import zipfile
from contextlib import suppress

import openpyxl
import pytest

from maritime_app.errors import Invalid
from maritime_app.ferries.timetables.gtfs import codec as gtfs
from maritime_app.ports.gazetteer.lists import sniffing
from maritime_app.ports.statistics.cppi import workbook
from maritime_app.ports.statistics.unctad.files import TableFiles
from tests.ferries.feeds import feed

ENTRY, END = b"PK\x01\x02", b"PK\x05\x06"  # of the central directory (APPNOTE.TXT, 4.3)


def read_feed(path):
    gtfs.read(path)


def read_list(path):
    list(sniffing.read(path))


def read_annex(path):
    list(workbook.sheets(path.read_bytes()))


def read_table(path):
    with TableFiles([path]) as files:
        while files.read_batch():
            pass


def packed(name):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr(name, "a,b\n1,2\n")
    return body.getvalue()


def a_feed(folder):
    return feed(folder).read_bytes()


def an_annex(_folder):
    body = io.BytesIO()
    openpyxl.Workbook().save(body)
    return body.getvalue()


READERS = {
    "timetable": (read_feed, a_feed),
    "list of ports": (read_list, lambda _folder: packed("2026-1 UNLOCODE CodeListPart1.csv")),
    "annex": (read_annex, an_annex),
    "table": (read_table, lambda _folder: packed("US_PLSCI.csv")),
}
# Where in a record, and what stands there: a version of the future, a compression that there is
# not, a name that is no UTF-8, a length of more than there is, a place behind the end.
LIES = [
    (ENTRY, 6, struct.pack("<H", 117)),
    (ENTRY, 10, struct.pack("<H", 77)),
    (ENTRY, 8, struct.pack("<H", 0x800) + b"\0\0"),
    (ENTRY, 20, struct.pack("<L", 0xFFFF)),
    (ENTRY, 28, struct.pack("<H", 0xFFFF)),
    (ENTRY, 42, struct.pack("<L", 0x7FFFFFFF)),
    (END, 16, struct.pack("<L", 0x7FFFFFFF)),
    (END, 12, struct.pack("<L", 0x7FFFFFFF)),
]


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("lie", LIES, ids=str)
def test_it_works(tmp_path, kind, lie):
    read, make = READERS[kind]
    mark, place, told = lie
    body = bytearray(make(tmp_path))
    at = body.index(mark)
    body[at + place : at + place + len(told)] = told
    if told[:2] == b"\0\x08":
        body[at + 46] = 0xFF  # the first letter of its name
    path = tmp_path / "odd.zip"
    path.write_bytes(body)

    with suppress(Invalid):
        read(path)


@pytest.mark.parametrize("kind", READERS)
def test_a_version_of_the_future_is_refused(tmp_path, kind):
    read, make = READERS[kind]
    path = tmp_path / "new.zip"
    path.write_bytes(make(tmp_path).replace(ENTRY + b"\x14\x03\x14", ENTRY + b"\x14\x03\x75"))
    with pytest.raises(Invalid):
        read(path)


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("parts", [3, 7])
def test_what_is_cut_anywhere_is_refused(tmp_path, kind, parts):
    read, make = READERS[kind]
    body = make(tmp_path)
    path = tmp_path / "cut.zip"
    for part in range(1, parts):
        path.write_bytes(body[: len(body) * part // parts])
        with pytest.raises(Invalid):
            read(path)
