// What the graphics card is given, and what stands on clusters and beside ships.

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { cellOf, countText } from "../../static/vessels/count_atlas.js";
import { ShipDirectory } from "../../static/vessels/directory.js";
import { placed } from "../../static/vessels/label_canvas.js";
import { copiesInView, mercatorX, mercatorY, worldPixels } from "../../static/vessels/mercator.js";
import { pace, reckon } from "../../static/vessels/reckoning.js";
import {
  CORNERS,
  FLOATS_PER_CORNER,
  FLOATS_PER_SHIP,
  SHAPES,
  ShipBuffer,
} from "../../static/vessels/ship_buffer.js";

const NOON_MS = 1_787_227_200_000;

function ship(more = {}) {
  const given = { mmsi: 230111000, lon: 24.5, lat: 59.5, knots: 20, courseDeg: 60, count: 1 };
  const made = { ...given, headingDeg: 60, directed: true, group: "cargo", ...more };
  made.reportedAtMs ??= NOON_MS - 30_000;
  made.pace = pace(made);
  return made;
}

function filled(ships, anchor = [0.5, 0.3]) {
  const buffer = new ShipBuffer();
  const look = () => ({ colour: 2, cell: 0 });
  buffer.fill(ships, { anchor, nowMs: NOON_MS, look, sizeOf: () => null });
  return buffer;
}

test("it works", () => {
  const { floats, count } = filled([ship()]);
  assert.equal(count, 1);
  assert.ok(Math.abs(floats[0] + 0.5 - mercatorX(24.5)) < 1e-6);
  assert.equal(floats[8], SHAPES.hull);
});

test("every corner of a ship's rectangle knows the whole ship", () => {
  const { floats } = filled([ship({ lon: 10 }), ship()]);
  const second = floats.slice(FLOATS_PER_SHIP, FLOATS_PER_SHIP + FLOATS_PER_CORNER);
  assert.ok(Math.abs(second[0] + 0.5 - mercatorX(24.5)) < 1e-6);
  for (let corner = 1; corner < CORNERS; corner++) {
    const at = FLOATS_PER_SHIP + corner * FLOATS_PER_CORNER;
    assert.deepEqual(floats.slice(at, at + FLOATS_PER_CORNER), second);
  }
});

test("the card sails a ship to where it is reckoned to be", () => {
  const one = ship({ reportedAtMs: NOON_MS - 100_000 });
  const anchor = [mercatorX(one.lon), mercatorY(one.lat)];
  const { floats } = filled([one], anchor);
  const sailed = Math.min(0, floats[5]) - floats[4]; // as the shader does it, at noon
  const there = reckon(one, NOON_MS);
  const offX = floats[0] + floats[2] * sailed - (mercatorX(there.lon) - anchor[0]);
  const offY = floats[1] + floats[3] * sailed - (mercatorY(there.lat) - anchor[1]);
  const metres = Math.hypot(offX, offY) * 40_075_017 * Math.cos((59.5 * Math.PI) / 180);
  assert.ok(metres < 5, `${metres} m`);
});

test("a pixel at the highest zoom is not lost in 32 bits", () => {
  const one = ship();
  const near = ship({ lon: 24.500005 });
  const { floats } = filled([one, near], [mercatorX(one.lon), mercatorY(one.lat)]);
  const apart = (floats[FLOATS_PER_SHIP] - floats[0]) * worldPixels(15);
  assert.ok(Math.abs(apart - (0.000005 / 360) * worldPixels(15)) < 0.01);
});

test("a cluster is drawn as one, and never pale", () => {
  const { floats } = filled([ship({ count: 40, reportedAtMs: NOON_MS - 3_600_000 })]);
  assert.deepEqual([floats[8], floats[9]], [SHAPES.cluster, 1]);
});

test("every number has a cell of its own, and as many digits as matter", () => {
  const texts = [2, 99, 104, 994, 996, 1_000, 3_249, 9_949, 9_951, 42_400, 65_535].map(countText);
  assert.deepEqual(texts, [
    "2", "99", "100", "990", "1000", "1.0k", "3.2k", "9.9k", "10.0k", "42k", "66k",
  ]); // prettier-ignore
  const cells = new Map();
  for (let count = 2; count < 65_536; count++) {
    const cell = cellOf(count);
    assert.ok(cell >= 0 && cell < 16 * 24);
    if (!cells.has(cell)) cells.set(cell, countText(count));
  }
  assert.equal(cells.size, 98 + 90 + 90 + 57);
});

test("the world is drawn as often as it is in view", () => {
  assert.deepEqual(copiesInView(0.5, 0.2), [0]);
  assert.deepEqual(copiesInView(0.99, 0.2), [0, 1]);
  assert.deepEqual(copiesInView(0.01, 0.2), [-1, 0]);
  assert.deepEqual(copiesInView(0.5, 2.5), [-1, 0, 1]);
});

test("a ship that has just sailed across 180 degrees is in a view that begins behind them", () => {
  const [ship, center] = [180.02, -179.98]; // it reported at 179.98
  const copies = copiesInView(mercatorX(center), 0.00002);
  const nearest = copies.map((turn) => Math.abs(mercatorX(ship) + turn - mercatorX(center)));
  assert.ok(Math.min(...nearest) < 1e-9);
});

test("a label that would touch another is left out", () => {
  const labels = [
    { text: "AURORA", x: 10, y: 100 },
    { text: "NEREID", x: 30, y: 104 },
    { text: "THALIA", x: 200, y: 100 },
    { text: null, x: 300, y: 100 },
  ];
  assert.deepEqual(
    placed(labels).map(({ text }) => text),
    ["AURORA", "THALIA"],
  );
});

test("names are asked for once, many at a time", async () => {
  const asked = [];
  const answer = async (mmsis) => {
    asked.push(mmsis);
    const sides = { to_bow_m: 90, to_stern_m: 10, to_port_m: 8, to_starboard_m: 8 };
    return mmsis.map((mmsi) => ({ mmsi, name: `SHIP ${mmsi}`, ...sides }));
  };
  const learned = new Promise((resolve) => {
    const directory = new ShipDirectory(() => resolve(directory), answer);
    directory.want([1, 2, 3]);
    directory.want([2, 3]);
  });
  const directory = await learned;
  directory.want([1, 2, 3]);
  assert.deepEqual(asked, [[1, 2, 3]]);
  assert.equal(directory.nameOf(2), "SHIP 2");
  assert.deepEqual(directory.sizeOf(2), { bow: 90, stern: 10, port: 8, starboard: 8 });
});

test("names that could not be had are asked for again, and others after them", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const asked = [];
  const answers = [null, [{ mmsi: 1, name: "AURORA", to_bow_m: null, to_port_m: null }], []];
  const directory = new ShipDirectory(
    () => {},
    async (mmsis) => {
      asked.push(mmsis);
      return answers.shift();
    },
  );
  const pass = async (ms) => {
    mock.timers.tick(ms);
    for (let turn = 0; turn < 5; turn++) await null;
  };
  directory.want([1]);
  await pass(1_000);
  await pass(60_000);
  assert.equal(directory.nameOf(1), "AURORA");
  directory.want([2]);
  await pass(1_000);
  assert.deepEqual(asked, [[1], [1], [2]]);
  mock.timers.reset();
});
