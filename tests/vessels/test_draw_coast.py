"""The coast under the live map, in tiles."""

import math

import pytest

from maritime_app.vessels.coast import routes, tiles
from tests.vessels.vector_tiles import is_inside, layers

FINEST = max(tiles.ZOOMS)


def square_of(lat, lon, zoom=FINEST):
    """Which square a place lies in, and where in it (0 to 1)."""
    x = (lon / 360 + 0.5) * 2**zoom
    y = (0.5 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)) * 2**zoom
    return int(x), int(y), x % 1, y % 1


def address(z, x, y):
    return routes.url().format(z=z, x=x, y=y)


async def drawn(client, lat, lon, zoom=FINEST):
    """What is drawn at a place: sea, land or water in land."""
    x, y, east, south = square_of(lat, lon, zoom)
    async with client.get(address(zoom, x, y)) as answer:
        found = layers(await answer.read())
    kind = "sea"
    for name in ("land", "water"):
        extent, features = found.get(name, (1, []))
        if is_inside(features, east * extent, south * extent):
            kind = name
    return kind


async def test_it_works(client):
    """Between the quays of Piraeus there is water, beside them land."""
    assert await drawn(client, 37.9425, 23.6370) == "sea"
    assert await drawn(client, 37.9425, 23.6460) == "land"
    async with client.get(address(FINEST, *square_of(37.94, 23.64)[:2])) as answer:
        assert answer.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
        assert answer.headers["Content-Encoding"] == "br"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("zoom", tiles.ZOOMS)
@pytest.mark.parametrize(
    ("lat", "lon", "kind"),
    [
        (52.52, 13.40, "land"),  # Berlin
        (46.0, -30.0, "sea"),  # the Atlantic
        (30.0, -150.0, "sea"),  # the Pacific
        (56.0, 3.0, "sea"),  # the North Sea
        (43.7, -87.0, "water"),  # Lake Michigan
        (45.40, 12.30, "water"),  # the lagoon of Venice
        (-16.6, 179.3, "land"),  # Vanua Levu, west of 180 degrees
        (-16.85, -179.97, "land"),  # Taveuni, east of it
        (66.5, -179.0, "land"),  # Chukotka beyond 180 degrees
    ],
)
async def test_land_and_water_at_every_zoom(client, zoom, lat, lon, kind):
    assert await drawn(client, lat, lon, zoom) == kind


async def test_where_there_is_only_sea_nothing_is_sent(client):
    async with client.get(address(FINEST, *square_of(46.0, -30.0)[:2])) as answer:
        assert answer.status == 204
        assert answer.headers["Cache-Control"].endswith("immutable")


@pytest.mark.parametrize(
    "square",
    ["5/0/0", "9/0/0", "6/64/0", "6/0/64", "6/-1/0", "8/256/0", "8/0/9999", "8/x/0", "8/٣/0"],
)
async def test_outside_the_map(client, square):
    async with client.get(f"/vessels/coast/{tiles.version()}/{square}") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("coding", ["br", "gzip", "identity"])
async def test_every_browser_reads_the_same(client, coding):
    wanted = address(FINEST, *square_of(37.94, 23.64)[:2])
    async with client.get(wanted) as plain:
        usual = await plain.read()

    async with client.get(wanted, headers={"Accept-Encoding": coding}) as answer:
        assert answer.headers.get("Content-Encoding", "identity") == coding
        assert await answer.read() == usual


async def test_what_another_release_names_is_kept_by_nobody(client):
    async with client.get("/vessels/coast/0123456789/6/33/24") as answer:
        assert answer.headers["Cache-Control"] == "no-cache"
        assert answer.status == 200


@pytest.mark.pure
def test_no_tile_is_large_and_all_are_whole():
    found = [
        tiles.tile(zoom, x, y)
        for zoom in tiles.ZOOMS
        for x in range(0, 1 << zoom, 7)
        for y in range(0, 1 << zoom, 5)
    ]

    assert None not in found
    sent = [tile for tile in found if tile]
    assert max(len(tile) for tile in sent) < 40_000
    for tile in sent[::9]:
        assert set(layers(tiles.unpacked(tile))) <= {"land", "water", "river", "border"}
