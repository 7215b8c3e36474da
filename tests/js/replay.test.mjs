// Where ships were between stored points, and what is measured on the chart.

import assert from "node:assert/strict";
import { test } from "node:test";

import { alertQuery, measured } from "../../static/vessels/measure.js";
import { PlayedShips, placeAt } from "../../static/vessels/played_ships.js";
import { silence } from "../../static/vessels/replay.js";
import { bearingDeg, distanceM } from "../../static/vessels/sphere.js";

const NOON_MS = 1_787_227_200_000;
const SINCE = new Date(NOON_MS).toISOString();
const UNTIL = new Date(NOON_MS + 3_600_000).toISOString();

const EMPTY = {
  since: SINCE,
  until: UNTIL,
  truncated: false,
  held_since: SINCE,
  unheard: [],
  ships: [],
};

function answer(points, more = {}) {
  const ship = { key: 1, mmsi: 1, name: "AURORA", type: "cargo", source: "aisstream", points };
  return { ...EMPTY, ships: [{ ...ship, ...more }] };
}

function played(points, more) {
  const ships = new PlayedShips();
  ships.add(answer(points, more));
  return ships;
}

test("it works", () => {
  const ships = played([
    [0, 55, 5, 12, 0],
    [300, 55.02, 5.02, 12, 0],
  ]);
  const [ship] = ships.at(NOON_MS + 150_000, 0);
  assert.ok(Math.abs(ship.lat - 55.01) < 1e-9);
  assert.ok(Math.abs(ship.lon - 5.01) < 1e-9);
  assert.deepEqual(ship.pace, [0, 0]);
});

test("a ship that sails a straight line is drawn within 50 m of where it was", () => {
  const knots = 20;
  const metres = (seconds) => (knots * 1852 * seconds) / 3600;
  const lat = (seconds) => 55 + metres(seconds) / 111_195;
  const ships = played([0, 300, 600].map((seconds) => [seconds, lat(seconds), 5, knots, 0]));
  for (let seconds = 0; seconds < 900; seconds += 7) {
    const [ship] = ships.at(NOON_MS + seconds * 1000, 0);
    assert.ok(distanceM([ship.lon, ship.lat], [5, lat(seconds)]) < 50, `${seconds} s`);
  }
});

test("nothing is drawn in a gap, before the first point or long after the last", () => {
  const ships = played([
    [0, 55, 5, 12, 0],
    [1_500, 55.1, 5, 12, 0],
  ]);
  assert.equal(ships.at(NOON_MS - 1, 0).length, 0);
  assert.equal(ships.at(NOON_MS + 600_000, 0).length, 0);
  assert.equal(ships.at(NOON_MS + 1_500_000, 0).length, 1);
  assert.equal(ships.at(NOON_MS + 1_900_000, 0).length, 0);
});

test("it crosses the antimeridian by the shorter way", () => {
  const at = (seconds, lon) => ({ atMs: seconds * 1_000, lat: 0, lon, knots: 12, courseDeg: 90 });
  const place = placeAt([at(0, 179.9), at(200, -179.9)], 150_000);
  assert.ok(Math.abs(place.lon + 179.95) < 1e-9);
});

test("answers that overlap are one track", () => {
  const ships = played([
    [0, 55, 5, 12, 0],
    [300, 55.02, 5, 12, 0],
  ]);
  ships.add(
    answer([
      [300, 55.02, 5, 12, 0],
      [600, 55.04, 5, 12, 0],
    ]),
  );
  assert.equal(ships.ships.get(1).points.length, 3);
  assert.ok(ships.covers(NOON_MS + 1));
  assert.ok(!ships.covers(NOON_MS + 3_600_000));
});

test("what nobody has said the course of has no bow", () => {
  const [ship] = played([[0, 55, 5, 0, null]]).at(NOON_MS, 0);
  assert.equal(ship.directed, false);
});

test("a mile is a minute of latitude", () => {
  const line = [
    [10, 54],
    [10, 55],
  ];
  assert.ok(Math.abs(distanceM(...line) / 1852 - 60.04) < 0.01);
  assert.equal(measured(line), "60.0 nm · 000°");
  assert.ok(Math.abs(bearingDeg([0, 0], [1, 0]) - 90) < 1e-9);
});

test("one point asks for a circle, three for an area", () => {
  const corners = [
    [10, 54],
    [11, 54],
    [190, 55],
  ];
  assert.equal(alertQuery(corners.slice(0, 1)), "lat=54.0000&lng=10.0000");
  assert.equal(alertQuery(corners.slice(0, 2)), "");
  const polygon = new URLSearchParams(alertQuery(corners)).get("polygon");
  assert.equal(polygon, "54.0000,10.0000 54.0000,11.0000 55.0000,-170.0000");
});

const TEXTS = { begins: "begins {t}", goes_on: "goes on {t}", nothing: "nothing" };
const instant = (minutes) => new Date(NOON_MS + minutes * 60_000).toISOString();
const silent = (from, to) => ({ since: instant(from), until: instant(to) });

function said(ships, minutes) {
  const text = silence(ships.silenceAt(NOON_MS + minutes * 60_000), TEXTS);
  return text.replace(/[\u2060\u2066\u2069]/g, "").replaceAll("\u00a0", " ");
}

test("it says that nothing was recorded, and when it begins", () => {
  const ships = new PlayedShips();
  ships.add({ ...EMPTY, held_since: instant(40), unheard: [silent(0, 40)] });
  assert.equal(said(ships, 10), "begins 2026-08-20 12:40 UTC");
  assert.equal(said(ships, 40), "");
});

test("it says when it goes on, once that has been answered", () => {
  const ships = new PlayedShips();
  ships.add({ ...EMPTY, held_since: instant(-600), unheard: [silent(30, 60)] });
  assert.equal(said(ships, 29), "");
  assert.equal(said(ships, 31), "nothing");
  const next = { since: instant(45), until: instant(120), unheard: [silent(45, 75)] };
  ships.add({ ...EMPTY, ...next });
  assert.equal(said(ships, 31), "goes on 2026-08-20 13:15 UTC");
  assert.equal(said(ships, 75), "");
});

test("where nothing has ever been recorded it says only that", () => {
  const ships = new PlayedShips();
  ships.add({ ...EMPTY, held_since: null, unheard: [silent(0, 60)] });
  assert.equal(said(ships, 10), "nothing");
});
