// Painting anew only when it changes a pixel.

import assert from "node:assert/strict";
import { test } from "node:test";

import { CHANGE, PaintedShips } from "../../static/vessels/painted_ships.js";
import { mercatorX, mercatorY } from "../../static/vessels/mercator.js";
import { PaintPace } from "../../static/vessels/paint_pace.js";
import { pace } from "../../static/vessels/reckoning.js";

const NOON_MS = 1_787_227_200_000;
const LOOKED_AT = {
  center: [mercatorX(24.5), mercatorY(59.5)],
  size: [800, 500],
  marginPx: 30,
};
const WORLD = { ...LOOKED_AT, zoom: 1.2, vectorSeconds: 0 };
const HARBOUR = { ...LOOKED_AT, zoom: 13, vectorSeconds: 120 };

function ship(more = {}) {
  const given = { key: 230111000, lon: 24.5, lat: 59.5, knots: 20, courseDeg: 60, count: 1 };
  const made = { ...given, headingDeg: 60, group: "cargo", ...more };
  made.reportedAtMs ??= NOON_MS;
  made.pace = pace(made);
  return made;
}

function painted(ships, view) {
  const found = new PaintedShips();
  found.note(ships, NOON_MS, view);
  return found;
}

test("it works", () => {
  const ships = [ship()];
  const screen = painted(ships, HARBOUR);
  assert.equal(screen.change(ships, NOON_MS + 100, HARBOUR), CHANGE.none);
  assert.equal(screen.change(ships, NOON_MS + 2_000, HARBOUR), CHANGE.moved);
});

test("at the zoom of the world minutes of sailing change nothing", () => {
  const ships = [ship()];
  assert.equal(painted(ships, WORLD).change(ships, NOON_MS + 170_000, WORLD), CHANGE.none);
});

test("a report that leads nowhere else is not painted, one that leads a pixel off is", () => {
  const screen = painted([ship()], WORLD);
  const later = { reportedAtMs: NOON_MS + 30_000 };
  assert.equal(
    screen.change([ship({ ...later, lon: 24.51 })], NOON_MS + 30_000, WORLD),
    CHANGE.none,
  );
  assert.equal(
    screen.change([ship({ ...later, lon: 25.5 })], NOON_MS + 30_000, WORLD),
    CHANGE.looks,
  );
});

for (const [what, other] of Object.entries({
  "another count": { count: 4 },
  "another type": { group: "tanker" },
  "a turn": { headingDeg: 65 },
  "a heading that is not known any more": { headingDeg: null },
})) {
  test(`${what} is painted`, () => {
    assert.equal(painted([ship()], WORLD).change([ship(other)], NOON_MS, WORLD), CHANGE.looks);
  });
}

test("a cluster has no bow to turn", () => {
  const screen = painted([ship({ count: 7 })], WORLD);
  const turned = ship({ count: 7, headingDeg: 200, group: "tanker" });
  assert.equal(screen.change([turned], NOON_MS, WORLD), CHANGE.none);
});

test("one that came, one that went, one that grew pale, another zoom", () => {
  const screen = painted([ship()], WORLD);
  assert.equal(screen.change([ship(), ship({ key: 7 })], NOON_MS, WORLD), CHANGE.looks);
  assert.equal(screen.change([], NOON_MS, WORLD), CHANGE.looks);
  assert.equal(screen.change([ship({ key: 7 })], NOON_MS, WORLD), CHANGE.looks);
  assert.equal(screen.change([ship()], NOON_MS + 11 * 60_000, WORLD), CHANGE.looks);
  assert.equal(screen.change([ship()], NOON_MS, { ...WORLD, zoom: 1.3 }), CHANGE.looks);
});

test("a ship that moved within the fleet's own record is noticed", () => {
  const one = ship();
  const screen = painted([one], WORLD);
  one.lon = 27;
  one.reportedAtMs = NOON_MS + 5_000;
  assert.equal(screen.change([one], NOON_MS + 5_000, WORLD), CHANGE.looks);
});

test("nothing is painted for ships that nobody sees", () => {
  const away = ship({ key: 7, lon: 25.5 });
  const screen = painted([ship({ knots: 0 }), away], HARBOUR);
  const still = ship({ knots: 0 });
  assert.equal(screen.change([still, away], NOON_MS + 9_000, HARBOUR), CHANGE.none);
  assert.equal(screen.change([still], NOON_MS, HARBOUR), CHANGE.none);
  const heard = ship({ key: 7, lon: 25.6, reportedAtMs: NOON_MS + 5_000 });
  assert.equal(screen.change([still, heard], NOON_MS + 9_000, HARBOUR), CHANGE.none);
  assert.equal(
    screen.change([still, ship({ key: 7, lon: 24.501 })], NOON_MS, HARBOUR),
    CHANGE.looks,
  );
});

test("a ship out of view is seen by the line ahead of it", () => {
  const near = ship({ key: 7, lon: 24.455, courseDeg: 90, knots: 20 });
  const without = { ...HARBOUR, vectorSeconds: 0 };
  assert.equal(painted([], without).change([near], NOON_MS, without), CHANGE.none);
  assert.equal(painted([], HARBOUR).change([near], NOON_MS, HARBOUR), CHANGE.looks);
});

test("a ship beyond 180 degrees is in view of whoever looks from this side", () => {
  const east = { ...HARBOUR, center: [mercatorX(179.999), mercatorY(59.5)] };
  assert.equal(painted([], east).change([ship({ lon: -179.999 })], NOON_MS, east), CHANGE.looks);
});

test("whoever looks elsewhere is shown what is there", () => {
  const moved = { ...HARBOUR, center: [mercatorX(24.51), mercatorY(59.5)] };
  assert.equal(painted([ship()], HARBOUR).change([ship()], NOON_MS, moved), CHANGE.looks);
});

test("a page that paints slowly paints seldom, but paints", () => {
  const pace = new PaintPace();
  assert.equal(pace.isDue(0), true);
  pace.note(1_000, 1_010);
  assert.deepEqual([pace.isDue(1_049), pace.isDue(1_050)], [false, true]);
  pace.note(2_000, 2_500);
  assert.deepEqual([pace.isDue(4_499), pace.isDue(4_500)], [false, true]);
  pace.note(10_000, 600_000); // nobody looked at the page meanwhile
  assert.equal(pace.isDue(605_000), true);
});
