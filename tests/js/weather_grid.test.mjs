// Waves and wind on the chart: what is asked for a view, how a point looks, what is said of it.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  blowsTo,
  clear,
  questionOf,
  saying,
  wavesLook,
} from "../../static/vessels/weather_grid.js";

const NOON_MS = Date.parse("2026-06-01T12:00:00Z");
const point = { geometry: { coordinates: [10, 54] }, properties: { wave_height_m: 1 } };
const answer = {
  features: [point],
  sources: ["Open-Meteo"],
  oldest_at: "2026-06-01T11:48:00Z",
  pending: 0,
  invented: true,
};

test("it works", () => {
  const said = saying(answer, NOON_MS);
  assert.deepEqual(said, { key: "said", minutes: 12, sources: "Open-Meteo", invented: true });
});

test("a view asks for its own box, whichever turn of the world it shows", () => {
  const asked = questionOf({ south: 53.12345, west: 369.5, north: 55, east: 371 });
  const query = new URLSearchParams(asked.split("?")[1]);
  assert.equal(asked.split("?")[0], "/api/v1/weather/grid");
  assert.deepEqual([...query.values()], ["53.123", "55.000", "9.500", "11.000"]);
});

test("across the antimeridian the west is above the east", () => {
  const query = new URLSearchParams(
    questionOf({ south: -20, west: 170, north: -10, east: 190 }).split("?")[1],
  );
  assert.equal(query.get("lng_min"), "170.000");
  assert.equal(query.get("lng_max"), "-170.000");
});

test("the whole world is asked for as such", () => {
  const query = new URLSearchParams(
    questionOf({ south: -95, west: -300, north: 95, east: 300 }).split("?")[1],
  );
  assert.deepEqual([...query.values()], ["-90.000", "90.000", "-180.000", "180.000"]);
});

test("an arrow shows where the wind blows to", () => {
  assert.equal(blowsTo(0), Math.PI);
  assert.equal(blowsTo(180), 0);
  assert.equal(blowsTo(270), Math.PI / 2);
});

test("higher waves have another colour, and a number that can be read", () => {
  const colours = [0, 0.6, 2, 3, 9].map((metres) => wavesLook(metres).disc);
  assert.equal(new Set(colours).size, 5);
  assert.equal(wavesLook(0.1).number, "#0f2436");
  assert.equal(wavesLook(12).number, "#ffffff");
});

for (const [key, other] of Object.entries({
  pending: { features: [], pending: 12 },
  none: { features: [] },
})) {
  test(`nothing is drawn: ${key}`, () => {
    assert.equal(saying({ ...answer, ...other }, NOON_MS).key, key);
  });
}

test("without an answer it says that it is lost", () => {
  assert.equal(saying(null, NOON_MS).key, "lost");
});

test("points that have no room are left out, the first of them stays", () => {
  const row = [0, 20, 40, 60].map((x) => ({ x, y: 0 }));
  assert.deepEqual(
    clear(row, 44).map(({ x }) => x),
    [0, 60],
  );
  assert.equal(clear(row, 20).length, 4);
});
