// Where the map draws ships: frames as the server wrote them in, degrees out, by the page's own code.
// Standard input is JSON: {events: [[ms of the page, "base64"]], looks: [ms of the page]}. Standard
// output is {seen, gaps}: for each look [key, longitude, latitude] of each ship; what came with a gap.

import { readFileSync } from "node:fs";

import { Fleet } from "../../static/vessels/fleet.js";
import { latitudeOf, mercatorX, mercatorY } from "../../static/vessels/mercator.js";
import { decode } from "../../static/vessels/protocol.js";
import { ServerClock } from "../../static/vessels/server_clock.js";
import { ShipBuffer } from "../../static/vessels/ship_buffer.js";

const HELD_MS = 3_000; // the card sails ships on by itself for so long, and longer
const NO_LOOK = () => ({ colour: 0, cell: 0 });
const NO_SIZE = () => null;
const single = Math.fround;

const { events, looks } = JSON.parse(readFileSync(0, "utf8"));
let pageMs = 0;
const clock = new ServerClock(() => pageMs);
const fleet = new Fleet();

const due = [
  ...events.map(([atMs, frame]) => ({ atMs, act: () => receive(frame) })),
  ...looks.map((atMs) => ({ atMs, act: look })),
].sort((a, b) => a.atMs - b.atMs);
const seen = [];
for (const { atMs, act } of due) {
  pageMs = atMs;
  act();
}
process.stdout.write(JSON.stringify({ seen, gaps: fleet.gaps }));

function receive(base64) {
  const bytes = new Uint8Array(Buffer.from(base64, "base64"));
  const frame = decode(bytes.buffer);
  if (frame.kind === "tick") clock.note(frame.serverTimeMs);
  else fleet.apply(frame, clock.resolve(frame.lowTimeMs));
}

function look() {
  seen.push(fleet.all().map(drawn));
}

// As the vertex shader has it (ship_shader.js, here()), in its 32 bits; the map's middle is some
// hundred kilometres away.
function drawn(ship) {
  const buffer = new ShipBuffer();
  const anchor = [mercatorX(ship.lon + 2), mercatorY(ship.lat * 0.97)];
  const nowMs = clock.now() - HELD_MS;
  buffer.fill([ship], { anchor, nowMs, look: NO_LOOK, sizeOf: NO_SIZE });
  const [x, y, eastward, southward, reported, last] = buffer.floats;
  const now = single((clock.now() - buffer.epochMs) / 1000);
  const sailed = Math.max(0, single(Math.min(now, last) - reported));
  const east = single(x + single(eastward * sailed)) + anchor[0];
  const south = single(y + single(southward * sailed)) + anchor[1];
  return [ship.key, east * 360 - 180, latitudeOf(south)];
}
