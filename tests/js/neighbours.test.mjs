// What the card says of ships nearby.

import assert from "node:assert/strict";
import { test } from "node:test";

import { nearText } from "../../static/vessels/ship_card.js";

const TEXTS = { card: { cpa: "CPA {d} in {t} min", in_harbour: "in a harbour" } };
const NEREID = { name: "NEREID", mmsi: 2, distance_m: 5556, cpa_m: 185, tcpa_seconds: 600 };

test("it works", () => {
  const answer = { in_harbour: false, neighbours: [{ ...NEREID, is_close: true }] };
  assert.equal(nearText(answer, TEXTS), "⚠ NEREID · 3.0 nm · CPA 0.1 nm in 10 min");
});

test("it is quiet in a harbour", () => {
  const answer = { in_harbour: true, neighbours: [{ ...NEREID, is_close: false }] };
  assert.equal(nearText(answer, TEXTS), "NEREID · 3.0 nm\nin a harbour");
});

test("a ship that comes no nearer has its distance only", () => {
  const passed = { ...NEREID, name: null, cpa_m: null, tcpa_seconds: null, is_close: false };
  assert.equal(nearText({ in_harbour: false, neighbours: [passed] }, TEXTS), "2 · 3.0 nm");
});

test("nobody is near, or nothing is known", () => {
  assert.equal(nearText({ in_harbour: false, neighbours: [] }, TEXTS), null);
  assert.equal(nearText(null, TEXTS), null);
});
