"""Published lists of ports become one: in any order, joined, and nothing the second time."""

import gzip
import json

import pytest

from maritime_app.errors import Invalid
from maritime_app.ports import service
from maritime_app.ports.gazetteer import position
from maritime_app.ports.gazetteer.names import fold
from maritime_app.ports.model import PortQuery
from tests.ports.published import INDEX_HEADER

WPI = """\
World Port Index Number,Main Port Name,Alternate Port Name,UN/LOCODE,Country Code,Latitude,\
Longitude,Harbor Size,Channel Depth (m),Facilities - Container
31140,Rotterdam,,NL RTM,Netherlands,51.900,4.483,Large,24.0,Yes
31141,Rotterdam Annex,,NL RTM,Netherlands,51.890,4.300,Small,0.0,No
25300,Gdansk,Danzig,PL GDN,Poland,54.350,18.650,Large,0.0,Yes
46100,Walvis Bay,,NA WVB,Namibia,-22.950,14.500,Large,0.0,Yes
999,Nowhere,,,Atlantis,,,Small,0.0,No
"""
SEA_PORTS = {
    "NLRTM": {"name": "Rotterdam", "country": "Netherlands", "coordinates": [4.5, 51.9]},
    "CNSGH": {"name": "Shanghai", "country": "China", "coordinates": [121.5, 31.22]},
    "XXNOW": {"name": "No position", "country": "Nowhere"},
}
PORTWATCH = """\
portid,portname,country,ISO3,lat,lon,vessel_count_total,LOCODE
port1114,Rotterdam,Netherlands,NLD,51.95,4.05,30000,NL RTM
port1188,Shanghai,China,CHN,31.35,121.6,40000,CN SGH
port777,New Quay,Chile,CHL,-30.0,-71.4,10,
"""
UNLOCODE = (
    ',"NL","RTM","Rotterdam","Rotterdam","ZH","12345---","AI","0601","RTM","5155N 00430E",""\n'
    ',"NA","WVB","Walvis Bay","Walvis Bay","","1--45---","AI","0601","","2257S 01430E",""\n'
    ',"DE","ULM","Ulm","Ulm","","-23-----","AI","0601","","4824N 01000E",""\n'
    ',"DE","CUX","Cuxhaven","Cuxhaven","","1-------","AI","0601","","5352N 00842E",""\n'
    ',"SE","GOT","Göteborg","Goteborg","","1-------","AI","0601","","5742N 01158E",""\n'
).encode("latin-1")
MIRROR = (
    b"Change,Country,Location,Name,NameWoDiacritics,Subdivision,Status,Function,Date,IATA,"
    b"Coordinates,Remarks\n"
    b",NA,WVB,Walvis Bay,Walvis Bay,,AI,1--45---,0601,,2257S 01430E,\n"
)


@pytest.fixture
def lists(tmp_path):
    contents = {
        "wpi.csv.gz": gzip.compress(WPI.encode()),
        "seaports.json": json.dumps(SEA_PORTS).encode(),
        "portwatch.csv": b"\xef\xbb\xbf" + PORTWATCH.encode(),
        "part1.csv": UNLOCODE,
        "mirror.csv": MIRROR,
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return [tmp_path / name for name in contents]


async def harbours(resources):
    async with resources.db.acquire() as conn:
        rows = await conn.fetch("select code, name, country, timezone from port order by code")
    return [tuple(row) for row in rows]


async def found(resources, text):
    answer = await service.find(resources, PortQuery(q=text))
    return [port.code for port in answer.ports]


async def test_it_works(resources, lists):
    report = await service.import_list(resources, lists[0])

    assert (report.source, report.rows, report.new) == ("wpi", 5, 4)
    assert dict(report.left_out) == {"no position": 1}
    codes = {code: rest for code, *rest in await harbours(resources)}
    assert codes["NAWVB"] == ["Walvis Bay", "NA", "Africa/Windhoek"]
    assert codes["PLGDN"] == ["Gdansk", "PL", "Europe/Warsaw"]


async def test_a_second_run_changes_nothing(resources, lists):
    for path in lists:
        await service.import_list(resources, path)
    before = await harbours(resources)
    for path in lists:
        report = await service.import_list(resources, path)
        assert (report.new, report.changed) == (0, 0), path.name
    assert await harbours(resources) == before


async def test_what_everybody_asks_for_is_there_before_any_list(client, resources):
    """Rotterdam has a page that claims nothing about figures which nobody has imported."""
    assert await service.seed_gazetteer(resources) > 100
    assert await service.seed_gazetteer(resources) == 0

    for text, code in (
        ("rotterdam", "NLRTM"),
        ("上海", "CNSHA"),
        ("SG SIN", "SGSIN"),
        ("santos", "BRSSZ"),
        ("durban", "ZADUR"),
    ):
        assert (await found(resources, text))[0] == code, text
    async with client.get("/ports/NLRTM") as answer:
        page = await answer.text()
    assert answer.status == 200
    assert "this service" in page  # who says where it is
    assert page.count("has not been read here yet") == 2
    assert "for ports with regular container services only" not in page
    async with client.get("/ports/countries/NL") as answer:
        assert (await answer.text()).count("has not been read here yet") == 2


async def test_a_port_that_a_table_does_not_have_says_so_once_it_is_read(
    client, resources, tmp_path
):
    await service.seed_gazetteer(resources)
    path = tmp_path / "US_PLSCI.csv"
    path.write_text(f'{INDEX_HEADER}2024Q01,"Q1 2024",QAHMD,"Qatar, Hamad",50.5,,\n')
    await service.import_unctad_file(resources, path)

    async with client.get("/ports/NLRTM") as answer:
        page = await answer.text()
    assert "for ports with regular container services only" in page
    assert page.count("has not been read here yet") == 1  # of time in port


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("seeded", [False, True])
async def test_lists_are_joined_in_any_order(resources, lists, turned, seeded):
    if seeded:
        await service.seed_gazetteer(resources)
    for path in reversed(lists) if turned else lists:
        await service.import_list(resources, path)

    async with resources.db.acquire() as conn:
        rows = await conn.fetch(
            "select p.code, array_agg(l.source order by l.source) as sources from port p"
            " join port_listing l on l.port_id = p.id where p.code = any($1) group by 1 order by 1",
            ["NLRTM", "CNSHA", "NAWVB", "portwatch:port777"],
        )
    assert [(row["code"], row["sources"]) for row in rows] == [
        ("CNSHA", ["ours", "portwatch", "seaports"]),
        ("NAWVB", ["unlocode", "wpi"]),
        ("NLRTM", ["ours", "portwatch", "seaports", "unlocode", "wpi"]),
        ("portwatch:port777", ["portwatch"]),
    ]


async def test_names_are_found_in_other_spellings_and_scripts(resources, lists):
    for path in lists:
        await service.import_list(resources, path)
    for text in ("Gdansk", "Gdańsk", "danzig", "GDANSK", "PL GDN", "plgdn"):
        assert "PLGDN" in await found(resources, text), text
    for text in ("Göteborg", "Goteborg", "gothenburg"):
        assert await found(resources, text) == ["SEGOT"], text
    assert (await found(resources, "上海"))[0] == "CNSHA"
    assert await found(resources, "%") == []


async def test_a_port_of_statistics_has_a_page_by_its_own_code(client, resources, lists, tmp_path):
    """Under a code that no list has, by its name; and one that we know ourselves."""
    path = tmp_path / "US_PLSCI.csv"
    rows = [
        '2024Q01,"Q1 2024",NLRTM,"Netherlands (Kingdom of the), Rotterdam",956.25,,',
        '2024Q01,"Q1 2024",PLGDX,"Poland, Gdansk",100.5,,',
        '2024Q01,"Q1 2024",QAHMD,"Qatar, Hamad",50.5,,',
        '2024Q01,"Q1 2024",ZZZZZ,"Nowhere, Nobody knows",1.5,,',
    ]
    path.write_text(INDEX_HEADER + "\n".join(rows) + "\n")
    await service.import_unctad_file(resources, path)
    await service.import_list(resources, lists[0])

    for code, value in (("NLRTM", 956.25), ("PLGDX", 100.5), ("QAHMD", 50.5)):
        async with client.get(f"/api/v1/ports/{code}/performance") as answer:
            assert (await answer.json())["connectivity"]["value"] == value, code
    async with client.get("/ports/PLGDX") as page:
        assert page.url.path == "/ports/PLGDN"
    async with client.get("/ports/ZZZZZ") as page:
        assert page.status == 404


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"{}", b"[1]", b"PK\x03\x04", b"\x1f\x8b"])
async def test_other_files_are_refused(resources, tmp_path, content):
    path = tmp_path / "list"
    path.write_bytes(content)
    with pytest.raises(Invalid):
        await service.import_list(resources, path)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Gdańsk", "gdansk"),
        ("Göteborg (Gothenburg)", "goteborg gothenburg"),
        ("Πειραιάς", "peiraias"),
        ("Владивосток", "vladivostok"),
        ("São Roque do Pico", "sao roque do pico"),
        ("  L'Île-d'Yeu ", "l ile d yeu"),
    ],
)
def test_a_key_has_small_latin_letters(name, key):
    assert fold(name) == key


@pytest.mark.parametrize(
    ("lat", "lon", "zone", "country"),
    [
        (51.95, 4.14, "Europe/Amsterdam", "NL"),
        (37.94, 23.63, "Europe/Athens", "GR"),
        (-18.13, 178.42, "Pacific/Fiji", "FJ"),
        (36.14, -5.36, "Europe/Gibraltar", "GI"),
        (40.0, -40.0, "Etc/UTC", None),
    ],
)
def test_time_zone_and_country_by_position(lat, lon, zone, country):
    assert position.timezone(lat, lon) == zone
    assert position.country(lat, lon) == country


async def test_of_two_of_one_name_the_one_in_more_lists_comes_first(resources, lists, tmp_path):
    path = tmp_path / "two.json"
    both = {
        code: {"name": "Shanghai", "coordinates": [121.5, 31.22]} for code in ("CNSGH", "CNSHA")
    }
    path.write_text(json.dumps(both))
    for each in (*lists, path):
        await service.import_list(resources, each)
    assert (await found(resources, "Shanghai"))[0] == "CNSHA"


@pytest.mark.parametrize("turned", [False, True])
async def test_the_numbers_of_a_port_are_not_its_neighbours(resources, tmp_path, turned):
    """Jurong is called Singapore, too, and lies nearer to where PortWatch puts Singapore; a
    terminal at sea has Singapore in its name. Both had the port's place.
    """
    sea_ports = {
        "SGSIN": {"name": "Singapore", "country": "Singapore", "coordinates": [103.85, 1.29]},
        "SGJUR": {"name": "Jurong/Singapore", "country": "Singapore", "coordinates": [103.7, 1.33]},
    }
    portwatch = (
        "portid,portname,country,ISO3,lat,lon,vessel_count_total,LOCODE\n"
        "port1201,Singapore,Singapore,SGP,1.272,103.707,44376,SG SIN\n"
        "fso161,Singapore - Offshore Oil Terminal 1,Singapore,SGP,1.235,103.572,1659,\n"
    )
    (tmp_path / "seaports.json").write_text(json.dumps(sea_ports))
    (tmp_path / "portwatch.csv").write_text(portwatch)
    for name in sorted(("seaports.json", "portwatch.csv"), reverse=turned):
        await service.import_list(resources, tmp_path / name)

    async with resources.db.acquire() as conn:
        rows = await conn.fetch(
            "select l.source_code, p.code from port_listing l join port p on p.id = l.port_id"
            " where l.source = 'portwatch' order by 1"
        )
    assert {row["source_code"]: row["code"] for row in rows} == {
        "fso161": "portwatch:fso161",
        "port1201": "SGSIN",
    }
