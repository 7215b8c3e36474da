// A ship's card does not cover its ship.

import assert from "node:assert/strict";
import { test } from "node:test";

import { covers, freeMiddle } from "../../static/vessels/selection.js";
import { sourceText } from "../../static/vessels/ship_card.js";

const box = (left, top, right, bottom) => ({
  left,
  top,
  right,
  bottom,
  width: right - left,
  height: bottom - top,
});
const PHONE = box(0, 100, 390, 700);
const DESK = box(0, 100, 1280, 900);

test("on a phone the ship stands in the middle above the card", () => {
  const card = box(10, 400, 380, 660);
  const [across, down] = freeMiddle(card, PHONE);
  assert.equal(across, 0);
  assert.equal(400 + down, (100 + 400) / 2); // the map's middle is at 400
});

test("beside a card at the right or the left it stands in the middle of the rest", () => {
  assert.deepEqual(freeMiddle(box(900, 160, 1264, 600), DESK), [-190, 0]);
  assert.deepEqual(freeMiddle(box(16, 160, 380, 600), DESK), [190, 0]);
});

test("a hidden card covers nothing", () => {
  const hidden = box(0, 0, 0, 0);
  assert.deepEqual(freeMiddle(hidden, PHONE), [0, 0]);
  assert.equal(covers(hidden, 0, 0), false);
});

test("a ship under the card, or at its edge, is covered", () => {
  const card = box(10, 400, 380, 660);
  assert.equal(covers(card, 200, 500), true);
  assert.equal(covers(card, 200, 385), true);
  assert.equal(covers(card, 200, 300), false);
});

test("a recording says when it was made", () => {
  const texts = {
    sources: { recorded: "a recording", nmea: "receiver" },
    recording: "begins 2026",
  };
  assert.equal(sourceText("recorded", texts), "a recording (begins 2026)");
  assert.equal(sourceText("nmea", texts), "receiver");
  assert.equal(sourceText("other", texts), "other");
});
