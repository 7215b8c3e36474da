"""A fleet that sails, turns and falls silent, and where a page draws it: what the server writes of
it goes through the page's own JavaScript.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

from maritime_app import clock
from maritime_app.vessels.live import packed_report
from maritime_app.vessels.map.mercator import TileId
from maritime_app.vessels.model import Source
from tests.vessels.watching import Sea, binary_payloads

SCRIPT = Path(__file__).parents[1] / "js" / "drawn_places.mjs"
# The lower 32 bits of the time begin anew on the way.
START_MS = 417 * 2**32 - 200_000
SECONDS, LOOK_SECONDS = 420, 15
PAGE_OFF_MS = -86_400_000.0  # the page's clock is a day slow
_SILENT_FROM, _SILENT_UNTIL = 60, 240
_EARTH_RADIUS_M, _KNOT_M_PER_S = 6_371_008.8, 1852 / 3600
_AIS_DEGREE = 600_000
_KNOTS = (0.0, 0.3, 3.0, 8.0, 12.0, 16.0, 21.0, 30.0, 38.0, 60.0, 120.0)  # the last are aircraft


class Drawn(NamedTuple):
    """All ships at all looks: seconds since the last report, metres from where it leads."""

    age_s: np.ndarray
    off_m: np.ndarray


class Fleet:
    """Ships of all speeds, courses, rates of turn and latitudes, some of them at 180 degrees.

    They report every two seconds to three minutes, as a receiver writes it down, until they do no
    more; `rows` are the last reports.
    """

    def __init__(self, ships, seed=12):
        dice = self._dice = np.random.default_rng(seed)
        self._lat = np.where(
            dice.random(ships) < 0.05, dice.uniform(78, 84, ships), dice.uniform(-70, 78, ships)
        )
        self._lon = np.where(
            dice.random(ships) < 0.1, dice.normal(180, 0.02, ships), dice.uniform(-180, 180, ships)
        )
        self._knots = dice.choice(_KNOTS, ships) * dice.uniform(0.8, 1.2, ships)
        self._course = dice.uniform(0, 360, ships)
        turns = dice.random(ships) < 0.3
        self._turn = np.where(turns, dice.normal(0, 20, ships), dice.normal(0, 0.5, ships)) / 60
        self._every = dice.choice([2, 3, 6, 10, 30, 60, 180], ships)
        self._phase = dice.integers(0, 180, ships)
        self._silent = dice.integers(_SILENT_FROM, _SILENT_UNTIL, ships)
        self.rows = np.zeros(ships, packed_report.DTYPE)
        self.rows["key"] = 230_000_000 + np.arange(ships)
        self.rows["source"], self.rows["heading"] = Source.AISSTREAM, packed_report.NO_U16

    def reports(self, second):
        """Sail a second on, and return what is heard by then."""
        ways = self._course, self._knots * _KNOT_M_PER_S
        self._lat, self._lon = ends(self._lat, self._lon, *ways)
        self._course = (self._course + self._turn) % 360
        due = ((second + self._phase) % self._every == 0) & (second < self._silent)
        due |= second == 0
        rows, dice, size = self.rows, self._dice, int(due.sum())
        rows["at_ms"][due] = START_MS + 1000 * second - dice.integers(0, 1500, size)
        for name, degrees in (("lat", self._lat), ("lon", (self._lon + 180) % 360 - 180)):
            rows[name][due] = np.rint(np.rint(degrees[due] * _AIS_DEGREE) / _AIS_DEGREE * 1e7)
        rows["sog"][due] = np.rint(np.abs(self._knots[due] + dice.normal(0, 0.05, size)) * 10)
        rows["cog"][due] = np.rint((self._course[due] + dice.normal(0, 0.3, size)) * 10) % 3600
        return rows[due]


def ends(lat, lon, course, metres):
    """Where great circles of this first course and length end: latitudes, longitudes."""
    phi, theta, delta = np.radians(lat), np.radians(course), metres / _EARTH_RADIUS_M
    sine = np.sin(phi) * np.cos(delta) + np.cos(phi) * np.sin(delta) * np.cos(theta)
    east = np.sin(theta) * np.sin(delta) * np.cos(phi)
    turn = np.arctan2(east, np.cos(delta) - np.sin(phi) * sine)
    return np.degrees(np.arcsin(sine)), lon + np.degrees(turn)


def apart_m(lat_a, lon_a, lat_b, lon_b):
    """Metres along great circles."""
    north, east = np.radians(lat_b - lat_a) / 2, np.radians(lon_b - lon_a) / 2
    cosines = np.cos(np.radians(lat_a)) * np.cos(np.radians(lat_b))
    chord = np.sin(north) ** 2 + cosines * np.sin(east) ** 2
    return 2 * _EARTH_RADIUS_M * np.arcsin(np.sqrt(chord))


async def drawn(monkeypatch, ships):
    """How far from where their reports lead a page draws these ships, for up to three minutes."""
    fleet, sea, dice = Fleet(ships), Sea(), np.random.default_rng(5)
    client, pipe = sea.subscriber()
    events, looks, reports = [], [], []
    for second in range(SECONDS):
        now_ms = START_MS + 1000 * second
        monkeypatch.setattr(clock, "epoch_ms", lambda now_ms=now_ms: now_ms)
        sea.hub.apply_reports(fleet.reports(second).tobytes())
        sea.hub.subscribe(client, client.tiles | _tiles(sea))
        await sea.hub.tick_once()
        came = now_ms + PAGE_OFF_MS + dice.uniform(15, 120)
        written = [data for parts in pipe.written for data in binary_payloads(parts)]
        events += [(came, base64.b64encode(data).decode()) for data in written]
        pipe.written.clear()
        if second % LOOK_SECONDS == LOOK_SECONDS - 1:
            looks.append(now_ms + 500)
            reports.append(fleet.rows.copy())
    told = _by_the_page(events, [at_ms + PAGE_OFF_MS for at_ms in looks])
    found = [_off(*look) for look in zip(looks, reports, told, strict=True)]
    return Drawn(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _tiles(sea):
    """The tiles of the finest level that have ships."""
    columns = sea.hub.columns
    keys = np.unique(columns.tile_keys(8, columns.in_use())).tolist()
    return {TileId(8, key >> 8, key & 0xFF) for key in keys}


def _by_the_page(events, looks):
    """What the page draws at each look: [key, longitude, latitude] of every ship."""
    path = os.pathsep.join([os.environ["PATH"], str(Path(sys.executable).parent)])
    node = shutil.which("node", path=path)
    assert node
    said = json.dumps({"events": events, "looks": looks}).encode()
    done = subprocess.run([node, SCRIPT], input=said, capture_output=True, check=True)
    told = json.loads(done.stdout)
    assert told["gaps"] == []
    return told["seen"]


def _off(at_ms, rows, seen):
    """Ages and distances of the ships of one look that were heard within three minutes."""
    places = {key: place for key, *place in seen}
    assert len(places) == len(rows)
    lon, lat = np.array([places[key] for key in rows["key"].tolist()]).T
    age_s = (at_ms - rows["at_ms"].astype(np.int64)) / 1000
    metres = rows["sog"] / 10 * _KNOT_M_PER_S * age_s
    to_lat, to_lon = ends(rows["lat"] / 1e7, rows["lon"] / 1e7, rows["cog"] / 10, metres)
    recent = age_s <= 180
    return age_s[recent], apart_m(to_lat, to_lon, lat, lon)[recent]
