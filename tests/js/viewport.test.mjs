// Where the map looks: the viewport for the server, its level, and the address.

import assert from "node:assert/strict";
import { test } from "node:test";

import { feedText } from "../../static/vessels/feed_badge.js";
import { Fleet } from "../../static/vessels/fleet.js";
import { decode } from "../../static/vessels/protocol.js";
import {
  hashOf,
  holds,
  initialView,
  levelOf,
  viewportOf,
  withMargin,
} from "../../static/vessels/viewport.js";
import { tileFrame } from "./frames.mjs";

test("it works", () => {
  const view = initialView("#8.50/37.9400/23.6400", 1200);
  assert.deepEqual(view, { zoom: 8.5, center: [23.64, 37.94] });
  assert.equal(hashOf(8.5, { lat: 37.94, lng: 23.64 }), "#8.50/37.9400/23.6400");
});

test("without an address it shows Europe, further out on a phone", () => {
  assert.equal(initialView("", 1200).zoom, 3.6);
  assert.equal(initialView("#somewhere", 400).zoom, 2.7);
});

test("a viewport has a margin and stays on the earth", () => {
  const [south, west, north, east] = viewportOf({ south: 50, west: 0, north: 60, east: 20 });
  assert.deepEqual([south, west, north, east], [48.5, -3, 61.5, 23]);
  const [bottom, , top] = viewportOf({ south: -85, west: 0, north: 85, east: 20 });
  assert.deepEqual([bottom, top], [-90, 90]);
});

test("across the antimeridian west is above east; a whole turn is the world", () => {
  const [, west, , east] = viewportOf({ south: 0, west: 170, north: 10, east: 190 });
  assert.deepEqual([west, east], [167, -167]);
  const [, left, , right] = viewportOf({ south: -60, west: -300, north: 60, east: 100 });
  assert.deepEqual([left, right], [-180, 180]);
});

test("no tile is dropped that the server goes on sending", () => {
  for (const west of [-179.9, -60.4, 0.1, 7.3, 178.8]) {
    const bounds = { south: 50, west, north: 52, east: west + 4 };
    const [, left, , right] = viewportOf(bounds);
    const fleet = new Fleet();
    for (let x = 0; x < 256; x++) {
      const [from, to] = [left, right].map((lon) => Math.floor(((lon + 180) / 360) * 256));
      const sent = left <= right ? from <= x && x <= to : x >= from || x <= to;
      const snapshot = { z: 8, x, y: 85, sequence: 1, snapshot: true };
      if (sent) fleet.apply(decode(tileFrame(snapshot)), 0);
    }
    const before = fleet.tiles.size;
    fleet.dropTilesOutside(withMargin(bounds));
    assert.ok(before > 3);
    assert.equal(fleet.tiles.size, before);
  }
});

test("a place is in view whichever turn of the world is shown", () => {
  const across = { south: 0, west: 179, north: 20, east: 181 };
  assert.equal(holds(across, { lat: 10, lon: 179.9 }), true);
  assert.equal(holds(across, { lat: 10, lon: -179.9 }), true);
  assert.equal(holds(across, { lat: 10, lon: 178 }), false);
  assert.equal(holds({ ...across, west: -181, east: -179 }, { lat: 10, lon: 179.9 }), true);
});

test("the level is the server's", () => {
  assert.deepEqual([0, 1.9, 2, 5.9, 7.5, 8, 15].map(levelOf), [0, 1, 2, 5, 6, 8, 8]);
});

test("the badge says how old the last message is once it is old", () => {
  const texts = { states: { live: "Live", offline: "Offline" }, age: "{s} s ago" };
  assert.equal(feedText("live", 900, texts), "Live");
  assert.equal(feedText("live", 61_400, texts), "Live · 61 s ago");
  assert.equal(feedText("offline", 61_400, texts), "Offline");
  assert.equal(feedText("live", null, texts), "Live");
});
