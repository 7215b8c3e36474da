// Ships whose next crossing is sold here: which are ringed, and what their cards say.

import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { test } from "node:test";

import { open } from "./page.mjs";
import { BookableShips } from "../../static/vessels/bookable_ships.js";

const SHIP = {
  mmsi: 230111000,
  ends: ["NOOSL", "DEKEL"],
  names: ["Oslo", "Kiel"],
  departs_at: "2026-11-27T13:00:00Z",
  timezone: "Europe/Oslo",
  href: "/ferries?from=NOOSL&to=DEKEL&date=2026-11-27",
};

async function bookable(t, ...answers) {
  t.mock.timers.enable({ apis: ["setInterval"] });
  open("").documentElement.lang = "en";
  const asked = t.mock.method(globalThis, "fetch", async () => {
    const ships = answers[Math.min(asked.mock.callCount(), answers.length - 1)];
    return { ok: true, json: async () => ({ ships }) };
  });
  const changes = [];
  const found = new BookableShips({ book: "Book this crossing" }, () => changes.push(1));
  await settled();
  return { found, changes };
}

async function settled() {
  for (let wait = 0; wait < 5; wait++) await setImmediate();
}

test("it works: its card leads to the search of its next crossing", async (t) => {
  const { found, changes } = await bookable(t, [SHIP]);
  const line = found.line(SHIP.mmsi);
  assert.match(line.textContent, /^Oslo – Kiel, Fri.* 02:00 PM: Book this crossing$/);
  assert.equal(line.querySelector("a").getAttribute("href"), SHIP.href);
  assert.equal(changes.length, 1);
});

test("a ship alone is ringed, a cluster around it is not", async (t) => {
  const { found } = await bookable(t, [SHIP]);
  assert.equal(found.has({ mmsi: SHIP.mmsi, count: 1 }), true);
  assert.equal(found.has({ mmsi: SHIP.mmsi, count: 7 }), false);
  assert.equal(found.has({ mmsi: 239222000, count: 1 }), false);
});

test("of others there is nothing to say", async (t) => {
  const { found } = await bookable(t, [SHIP]);
  assert.equal(found.line(239222000), null);
  assert.equal(found.said(239222000), null);
});

test("some minutes later it is asked anew", async (t) => {
  const { found, changes } = await bookable(t, [SHIP], []);
  t.mock.timers.tick(180_000);
  await settled();
  assert.equal(changes.length, 2);
  assert.equal(found.has({ mmsi: SHIP.mmsi, count: 1 }), false);
});
