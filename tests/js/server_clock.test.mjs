// The server's time on a page whose own clock may be anything.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { ServerClock } from "../../static/vessels/server_clock.js";

const NOON_MS = 1_787_227_200_000;
let monotonic;
let clock;

beforeEach(() => {
  monotonic = 5_000;
  clock = new ServerClock(() => monotonic);
});

test("it works", () => {
  clock.note(NOON_MS);
  monotonic += 1_500;
  assert.equal(clock.now(), NOON_MS + 1_500);
});

test("a frame that was held up does not turn it back", () => {
  clock.note(NOON_MS);
  monotonic += 4_000;
  clock.note(NOON_MS + 1_000); // three seconds on its way
  assert.equal(clock.now(), NOON_MS + 4_000);
});

test("a server whose clock went back, or another one, is followed at once", () => {
  clock.note(NOON_MS);
  monotonic += 1_000;
  clock.note(NOON_MS - 5_000);
  assert.equal(clock.now(), NOON_MS - 5_000);
});

test("after a minute it follows the server anew", () => {
  clock.note(NOON_MS);
  monotonic += 61_000;
  clock.note(NOON_MS + 50_000);
  assert.equal(clock.now(), NOON_MS + 50_000);
});

test("the lower bits of a time near now are enough, before and behind", () => {
  clock.note(NOON_MS);
  for (const off of [-3_600_000, -1, 0, 1, 900]) {
    assert.equal(clock.resolve((NOON_MS + off) % 2 ** 32), NOON_MS + off);
  }
});
