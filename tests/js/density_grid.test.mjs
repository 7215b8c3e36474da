// Traffic density on the chart: what is asked for a view, the squares and their classes, what is said.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  boxOf,
  classOf,
  legendOf,
  saying,
  shipsAt,
  squaresOf,
  stepsOf,
} from "../../static/vessels/density_grid.js";

const cell = (ships, lon = 5.5, lat = 55.5) => ({
  geometry: { coordinates: [lon, lat] },
  properties: { ships_per_day: ships },
});
const day = { day: "2026-06-01", heard_hours: 24, until: "2026-06-02T00:00:00Z" };
const answer = {
  features: [cell(2), cell(40, 6.5)],
  cell_degrees: 1,
  days: [day, { ...day, day: "2026-06-02" }],
  heard_hours: 47,
  whole: true,
  invented: true,
};
const say = (value) => String(value);

test("it works", () => {
  const [quiet, busy] = squaresOf(answer).features;
  assert.deepEqual(quiet.geometry.coordinates[0], [
    [5, 55],
    [6, 55],
    [6, 56],
    [5, 56],
    [5, 55],
  ]);
  assert.deepEqual([quiet.properties.class, busy.properties.class], [0, 4]);
  const { key, days, heard, hours, from, to, invented } = saying(answer);
  assert.deepEqual(
    { key, days, heard, hours, from, to, invented },
    {
      key: "said",
      days: 2,
      heard: 47,
      hours: 48,
      from: "2026-06-01",
      to: "2026-06-02",
      invented: true,
    },
  );
});

test("a view asks for its own box, whichever turn of the world it shows", () => {
  const query = boxOf({ south: 53.12345, west: 369.5, north: 55, east: 371 });
  assert.deepEqual([...query.values()], ["53.123", "55.000", "9.500", "11.000"]);
  const across = boxOf({ south: -20, west: 170, north: -10, east: 190 });
  assert.deepEqual([across.get("lng_min"), across.get("lng_max")], ["170.000", "-170.000"]);
  const world = boxOf({ south: -95, west: -300, north: 95, east: 300 });
  assert.deepEqual([...world.values()], ["-90.000", "90.000", "-180.000", "180.000"]);
});

test("classes follow what is in view: the busiest cells begin the last one", () => {
  const lanes = Array.from({ length: 100 }, (_, at) => cell(at < 80 ? 0.5 : 150));
  assert.deepEqual(stepsOf(lanes), [3, 10, 30, 100]);
  assert.deepEqual(stepsOf([cell(1), cell(1)]), []);
  assert.deepEqual(stepsOf([]), []);
});

test("fewer classes still have the outermost colours", () => {
  assert.deepEqual(
    [1, 3, 12].map((ships) => classOf(ships, [3, 10])),
    [0, 2, 4],
  );
  assert.equal(classOf(7, []), 0);
});

test("the legend says where each class begins and ends", () => {
  const features = [cell(1), ...Array.from({ length: 99 }, () => cell(12))];
  assert.deepEqual(legendOf(features, say), [
    { class: 0, words: "< 3" },
    { class: 2, words: "3–10" },
    { class: 4, words: "≥ 10" },
  ]);
  assert.deepEqual(legendOf([cell(1), cell(1)], say), [{ class: 0, words: "1" }]);
  assert.deepEqual(legendOf([], say), []);
});

test("each square has the colour of its line in the legend", () => {
  const features = [1, 4, 12, 12, 12].map((ships) => cell(ships));
  const squares = squaresOf({ ...answer, features }).features;
  const classes = new Set(squares.map(({ properties }) => properties.class));
  assert.deepEqual(
    [...classes],
    legendOf(features, say).map((line) => line.class),
  );
});

test("a place is in its cell, on every turn of the world", () => {
  assert.equal(shipsAt(answer, { lng: 6.9, lat: 55.1 }), 40);
  assert.equal(shipsAt(answer, { lng: 366.9, lat: 55.1 }), 40);
  assert.equal(shipsAt(answer, { lng: 8, lat: 55.1 }), null);
  assert.equal(shipsAt(null, { lng: 8, lat: 55.1 }), null);
});

for (const [key, other] of Object.entries({
  one_day: { days: [day] },
  so_far: { days: [day], whole: false },
  nothing: { days: [], features: [] },
})) {
  test(`what it says: ${key}`, () => {
    assert.equal(saying({ ...answer, ...other }).key, key);
  });
}

test("of the day so far only the hours that are over could be heard", () => {
  const so_far = { ...day, heard_hours: 2, until: "2026-06-01T17:40:00Z" };
  assert.equal(saying({ ...answer, days: [so_far], whole: false }).hours, 18);
});

test("without an answer it says that it is lost", () => {
  assert.equal(saying(null).key, "lost");
});
