// Names and sizes of ships are looked up for those that somebody sees.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ShipDirectory } from "../../static/vessels/directory.js";
import { Selection } from "../../static/vessels/selection.js";

const AURORA = { mmsi: 230111000, name: "AURORA", length_m: 150, destination: "TALLINN" };
const SIDES = { to_bow_m: 100, to_stern_m: 50, to_port_m: 12, to_starboard_m: 13 };

/** A directory that has looked AURORA up, and how often it had news. */
async function directory() {
  const news = [];
  const made = new ShipDirectory(
    () => news.push(1),
    async () => [{ ...AURORA, ...SIDES }],
  );
  made.wanted.add(AURORA.mmsi);
  await made.lookUp();
  return { made, news };
}

test("it works", async () => {
  const { made, news } = await directory();
  assert.equal(made.nameOf(AURORA.mmsi), "AURORA");
  assert.deepEqual(made.voyageOf(AURORA.mmsi), { length: 150, destination: "TALLINN" });
  assert.equal(news.length, 1);
});

test("what the card is told later is said everywhere, and the ship keeps its size", async () => {
  const { made, news } = await directory();
  made.learn({ ...AURORA, name: "BOREALIS", destination: null });
  assert.equal(made.nameOf(AURORA.mmsi), "BOREALIS");
  assert.equal(made.voyageOf(AURORA.mmsi).destination, null);
  assert.equal(made.sizeOf(AURORA.mmsi).bow, 100);
  assert.equal(news.length, 2);

  made.learn({ ...AURORA, name: "BOREALIS" });
  assert.equal(news.length, 2);
  made.learn({ ...AURORA, name: null });
  assert.equal(made.nameOf(AURORA.mmsi), null);
});

test("a ship that nobody has looked up is looked up as any other", async () => {
  const { made } = await directory();
  made.learn({ ...AURORA, mmsi: 239222000 });
  assert.equal(made.known.has(239222000), false);
});

test("the map follows the ship that was chosen, not another one of its number", () => {
  const eased = [];
  const following = {
    following: true,
    mmsi: AURORA.mmsi,
    key: AURORA.mmsi + 2 ** 30,
    position: null,
    layer: { clock: { now: () => 0 } },
    map: { easeTo: ({ center }) => eased.push(center) },
    offset: () => [0, 0],
  };
  const still = { mmsi: AURORA.mmsi, count: 1, lat: 10, pace: [0, 0], reportedAtMs: 0 };
  const ship = (key, lon) => ({ ...still, key, lon });
  Selection.prototype.moveWith.call(following, [ship(AURORA.mmsi, 20), ship(following.key, -60)]);
  assert.equal(Math.round(eased[0][0]), -60);
});
