// The ships that a page knows: frames in, places now out.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Fleet } from "../../static/vessels/fleet.js";
import { decode } from "../../static/vessels/protocol.js";
import { fullRecord, moveRecord, stepRecord, tileFrame } from "./frames.mjs";

const AURORA = 230111000;
const NEREID = 239222000;
const NOON_MS = 1_787_227_200_000;
const MIDDLE = 32768;
let fleet;

beforeEach(() => {
  fleet = new Fleet();
});

function apply(frame, nowMs = NOON_MS) {
  fleet.apply(decode(tileFrame({ z: 8, x: 128, y: 127, ...frame })), nowMs);
}

function snapshot(sequence, ...full) {
  return { sequence, snapshot: true, full };
}

function aurora(more = {}) {
  return fullRecord({ slot: 0, mmsi: AURORA, x: MIDDLE, y: MIDDLE, ...more });
}

function metresNorth(from, to) {
  return (to.lat - from.lat) * 111_195;
}

test("it works", () => {
  apply(snapshot(1, aurora({ courseDeg: 90, knots: 12, heading: 64 })));
  const [ship] = fleet.ships(NOON_MS);
  assert.equal(ship.mmsi, AURORA);
  assert.equal(ship.group, "passenger");
  assert.deepEqual([ship.knots, ship.courseDeg, ship.headingDeg], [12, 90, 90]);
  assert.equal(ship.directed, true);
  assert.equal(ship.stale, false);
});

test("a ship sails on by its speed and course, for at most three minutes", () => {
  apply(snapshot(1, aurora({ courseDeg: 0, knots: 12 })));
  const [start] = fleet.ships(NOON_MS);
  const after = (seconds) => fleet.ships(NOON_MS + seconds * 1000)[0];
  assert.ok(Math.abs(metresNorth(start, after(60)) - 370.4) < 1); // 12 knots for a minute
  assert.ok(Math.abs(metresNorth(start, after(180)) - 1111.2) < 1);
  assert.equal(after(240).lat, after(180).lat);
});

test("it sails on from its report, not from when it came here", () => {
  apply(snapshot(1, aurora({ courseDeg: 0, knots: 12 })));
  const fresh = fleet.ships(NOON_MS)[0];
  for (const ageMs of [1_000, 60_000, 179_000]) {
    apply(snapshot(1, aurora({ courseDeg: 0, knots: 12, ageMs })));
    const sailed = metresNorth(fresh, fleet.ships(NOON_MS)[0]);
    assert.ok(Math.abs(sailed - (12 * 1852 * ageMs) / 3_600_000) < 1, `${ageMs}: ${sailed}`);
  }
});

test("after a move or a step it sails on from that report, too", () => {
  const moved = { courseDeg: 0, knots: 12, ageMs: 4_000 };
  const changes = [
    { moves: [moveRecord({ slot: 0, x: MIDDLE, y: MIDDLE, ...moved })] },
    { steps: [stepRecord(moved)] },
  ];
  for (const change of changes) {
    apply(snapshot(1, aurora({ courseDeg: 0, knots: 12, ageMs: 100_000 })));
    const { lat } = fleet.all()[0];
    apply({ sequence: 2, ...change }, NOON_MS + 10_000);
    const sailed = metresNorth({ lat }, fleet.ships(NOON_MS + 16_000)[0]);
    assert.ok(Math.abs(sailed - 61.7) < 1, `${Object.keys(change)}: ${sailed}`); // of ten seconds
  }
});

test("a step adds to where the last record had the ship, whatever that was", () => {
  const near = { dx: 127, dy: -127, courseDeg: 90, knots: 10 };
  apply(snapshot(1, aurora({ courseDeg: 0, knots: 12 })));
  apply({ sequence: 2, steps: [stepRecord(near)] });
  apply({ sequence: 3, moves: [moveRecord({ slot: 0, x: 500, y: 600 })] });
  apply({ sequence: 4, steps: [stepRecord(near)] });
  const [stepped] = fleet.all();
  apply(snapshot(5, aurora({ x: 627, y: 473 })));
  const [there] = fleet.all();
  assert.deepEqual([stepped.lon, stepped.lat], [there.lon, there.lat]);
  assert.deepEqual([stepped.knots, stepped.courseDeg], [10, 90]);
});

test("two stations under one number are two ships", () => {
  apply(snapshot(1, aurora(), fullRecord({ slot: 1, mmsi: AURORA, hypothesis: 1 })));
  const ships = fleet.ships(NOON_MS);
  assert.deepEqual(
    ships.map(({ mmsi }) => mmsi),
    [AURORA, AURORA],
  );
});

test("tiles out of view are dropped, across 180 degrees as well", () => {
  apply(snapshot(1, aurora())); // just east of Greenwich
  apply({ ...snapshot(1, fullRecord({ slot: 0, mmsi: NEREID })), x: 0 }); // just east of 180
  fleet.dropTilesOutside({ south: -5, west: 170, north: 5, east: 190 });
  assert.deepEqual([...fleet.tiles.keys()], ["8/0/127"]);
});

test("a ship without a course stays where it is, and points nowhere", () => {
  apply(snapshot(1, aurora({ knots: 12, flags: 0 })));
  const [start] = fleet.ships(NOON_MS);
  assert.equal(fleet.ships(NOON_MS + 60_000)[0].lat, start.lat);
  assert.equal(start.directed, false);
});

test("a ship not heard for ten minutes is stale and does not sail on", () => {
  apply(snapshot(1, aurora({ courseDeg: 0, knots: 12, ageMs: 615_000 })));
  const [start] = fleet.ships(NOON_MS);
  assert.equal(start.stale, true);
  assert.equal(fleet.ships(NOON_MS + 60_000)[0].lat, start.lat);
});

test("a move changes place, speed and course, and turns the heading as much", () => {
  apply(snapshot(1, aurora({ courseDeg: 0, knots: 12, heading: 8 })));
  const record = moveRecord({ slot: 0, x: MIDDLE, y: 0, courseDeg: 90, knots: 10 });
  apply({ sequence: 2, moves: [record] });
  const [ship] = fleet.ships(NOON_MS);
  assert.deepEqual([ship.knots, ship.courseDeg, ship.headingDeg], [10, 90, 101.25]);
});

test("a slot that is gone is emptied before it is filled again", () => {
  apply(snapshot(1, aurora()));
  apply({ sequence: 2, gone: [0], full: [fullRecord({ slot: 0, mmsi: NEREID })] });
  assert.deepEqual(
    fleet.ships(NOON_MS).map(({ mmsi }) => mmsi),
    [NEREID],
  );
});

test("a gap is noted once, and nothing is applied until the snapshot comes", () => {
  apply(snapshot(1, aurora()));
  apply({ sequence: 3, gone: [0] });
  apply({ sequence: 4, gone: [0] });
  assert.deepEqual(fleet.gaps, [[8, 128, 127]]);
  assert.equal(fleet.ships(NOON_MS).length, 1);
  apply(snapshot(4));
  apply({ sequence: 5, full: [aurora()] });
  assert.equal(fleet.ships(NOON_MS).length, 1);
  assert.equal(fleet.gaps.length, 1);
});

test("a frame that it had, or of a tile it does not know, is ignored", () => {
  apply({ sequence: 1, full: [aurora()] });
  assert.equal(fleet.ships(NOON_MS).length, 0);
  apply(snapshot(5, aurora()));
  apply({ sequence: 5, gone: [0] });
  assert.equal(fleet.ships(NOON_MS).length, 1);
});

test("where tiles overlap the newest report of a ship wins", () => {
  apply(snapshot(1, aurora({ ageMs: 60_000 })));
  apply({ ...snapshot(1, aurora({ ageMs: 15_000, knots: 5 })), z: 6, x: 32, y: 31 });
  const ships = fleet.ships(NOON_MS);
  assert.equal(ships.length, 1);
  assert.equal(ships[0].knots, 5);
});

test("tiles of other levels are dropped when they are not needed any more", () => {
  apply(snapshot(1, aurora()));
  apply({ ...snapshot(1, fullRecord({ slot: 0, mmsi: NEREID })), z: 6, x: 32, y: 31 });
  fleet.dropOtherLevels(6);
  assert.deepEqual(
    fleet.ships(NOON_MS).map(({ mmsi }) => mmsi),
    [NEREID],
  );
});
