// The binary protocol of the live map, read as docs/map-protocol.md writes it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { decode, degrees, isRead, mmsiOf } from "../../static/vessels/protocol.js";
import { fullRecord, moveRecord, stepRecord, tickFrame, tileFrame } from "./frames.mjs";

test("it works", () => {
  const values = { state: 2, flags: 1, tick: 7, timeMs: 1000, ageMs: 40, ships: 9 };
  const frame = decode(tickFrame(values));
  assert.deepEqual(frame, {
    kind: "tick",
    state: "live",
    sandbox: true,
    number: 7,
    serverTimeMs: 1000,
    ageMs: 40,
    ships: 9,
  });
});

test("an age that is not known is null, and a state of a later version is off", () => {
  const frame = decode(tickFrame({ state: 99, ageMs: 0xffffffff }));
  assert.equal(frame.ageMs, null);
  assert.equal(frame.state, "off");
});

test("a tile has slots gone, full records, moves and steps, in this order", () => {
  const frame = decode(
    tileFrame({
      z: 8,
      x: 145,
      y: 90,
      sequence: 3,
      snapshot: true,
      gone: [4, 5],
      full: [
        fullRecord({
          slot: 1,
          mmsi: 230111000,
          courseDeg: 90,
          knots: 12,
          kind: 0x51,
          ageMs: 30_500,
        }),
      ],
      moves: [moveRecord({ slot: 2, x: 10, y: 20, knots: null, ageMs: 1_600 })],
      steps: [
        stepRecord({ slots: 3, dx: -127, dy: 4, courseDeg: 180, knots: 5, ageMs: 8_000 }),
        stepRecord({ slots: 255 }),
      ],
    }),
  );
  assert.deepEqual([frame.z, frame.x, frame.y, frame.sequence], [8, 145, 90, 3]);
  assert.equal(frame.snapshot, true);
  assert.deepEqual(frame.gone, [4, 5]);
  const [ship] = frame.full;
  assert.deepEqual([ship.slot, ship.key, ship.knots, ship.courseDeg], [1, 230111000, 12, 90]);
  assert.deepEqual([ship.group, ship.status, ship.ageMs], [1, 5, 30_500]);
  assert.deepEqual([ship.flags, ship.count, ship.source], [3, 1, 2]);
  assert.deepEqual(frame.moves, [
    { slot: 2, x: 10, y: 20, courseDeg: 0, knots: null, ageMs: 1_600 },
  ]);
  assert.deepEqual(frame.steps, [
    { slot: 3, dx: -127, dy: 4, courseDeg: 180, knots: 5, ageMs: 8_000 },
    { slot: 258, dx: 0, dy: 0, courseDeg: 0, knots: 0, ageMs: 0 },
  ]);
});

test("two stations under one number have different keys", () => {
  const record = fullRecord({ mmsi: 230111000, hypothesis: 2 });
  const [ship] = decode(tileFrame({ z: 8, x: 1, y: 1, sequence: 1, full: [record] })).full;
  assert.notEqual(ship.key, 230111000);
  assert.equal(mmsiOf(ship.key), 230111000);
});

test("what this page does not know is null", () => {
  assert.equal(decode(new ArrayBuffer(3)), null);
  const later = tickFrame({});
  new DataView(later).setUint8(1, 5);
  assert.equal(decode(later), null);
  assert.deepEqual([tickFrame({}), later, new ArrayBuffer(1)].map(isRead), [true, false, false]);
  const other = tickFrame({});
  new DataView(other).setUint8(0, 9);
  assert.equal(decode(other), null);
});

test("places of a tile are degrees", () => {
  assert.deepEqual(degrees(0, 0, 0, 32768, 32768), [0, 0]);
  const [west, north] = degrees(0, 0, 0, 0, 0);
  assert.equal(west, -180);
  assert.ok(Math.abs(north - 85.0511) < 1e-4);
  const [lon, lat] = degrees(8, 145, 72, 0, 0);
  assert.ok(lon > 23 && lon < 25);
  assert.ok(lat > 60 && lat < 62);
});
