// Ships as numbers for the graphics card: a row of floats each, once for every corner of the rectangle
// it is drawn as. A processor in the card's place draws an instance as slowly as a drawing of its own.
// Pure.
// Places are relative to an anchor, so that 32 bits are enough at every zoom; times are seconds from
// the buffer's own beginning.

import { mercatorX, mercatorY, perMetre } from "./mercator.js";
import { MAX_RECKONED_MS, STALE_MS } from "./reckoning.js";

export const FLOATS_PER_CORNER = 15;
export const CORNERS = 4;
export const FLOATS_PER_SHIP = FLOATS_PER_CORNER * CORNERS;
export const SHAPES = { hull: 0, disc: 1, cluster: 2, ring: 3 };
const UNDER_WAY_KNOTS = 0.5;
const STALE_OPACITY = 0.38;

/** How a ship is drawn: a hull that points somewhere, a disc, or a cluster of several. */
export function shapeOf(ship) {
  if (ship.count > 1) return SHAPES.cluster;
  return ship.directed ? SHAPES.hull : SHAPES.disc;
}

/** Those that stand still first, then those under way, then clusters: what comes last is on top. */
export function drawingOrder(ships) {
  return ships.sort((a, b) => rank(a) - rank(b));
}

function rank(ship) {
  if (ship.count > 1) return 2;
  return ship.knots > UNDER_WAY_KNOTS ? 1 : 0;
}

export class ShipBuffer {
  constructor() {
    this.floats = new Float32Array(FLOATS_PER_SHIP * 1024);
    this.count = 0;
    this.anchor = [0.5, 0.5];
    this.epochMs = 0;
  }

  /**
   * Fill it with these ships. `look(ship)` gives {colour, cell}: the index of its colour and of its
   * number in the atlas; `sizeOf(mmsi)` its size in metres, if it is known.
   */
  fill(ships, { anchor, nowMs, look, sizeOf }) {
    if (this.floats.length < ships.length * FLOATS_PER_SHIP) {
      this.floats = new Float32Array(ships.length * FLOATS_PER_SHIP * 1.5);
    }
    this.anchor = anchor;
    this.epochMs = nowMs;
    this.count = ships.length;
    ships.forEach((ship, index) => this.write(index * FLOATS_PER_SHIP, ship, look(ship), sizeOf));
  }

  write(at, ship, { colour, cell }, sizeOf) {
    const { floats } = this;
    const scale = perMetre(ship.lat);
    const [east, north] = ship.pace;
    floats[at] = mercatorX(ship.lon) - this.anchor[0];
    floats[at + 1] = mercatorY(ship.lat) - this.anchor[1];
    // Per second; a degree of latitude is longer on the map the further from the equator.
    floats[at + 2] = (east * 1000) / 360;
    floats[at + 3] = (-north * 1000 * scale * 40_075_017) / 360;
    floats[at + 4] = (ship.reportedAtMs - this.epochMs) / 1000;
    floats[at + 5] = (ship.reportedAtMs + MAX_RECKONED_MS - this.epochMs) / 1000;
    floats[at + 6] = (((ship.headingDeg ?? 0) % 360) * Math.PI) / 180;
    floats[at + 7] = colour;
    floats[at + 8] = ship.shape ?? shapeOf(ship);
    const stale = this.epochMs - ship.reportedAtMs > STALE_MS;
    floats[at + 9] = stale && !(ship.count > 1) ? STALE_OPACITY : 1;
    this.writeSize(at + 10, ship, scale, sizeOf);
    floats[at + 14] = cell;
    for (let corner = 1; corner < CORNERS; corner++)
      floats.copyWithin(at + corner * FLOATS_PER_CORNER, at, at + FLOATS_PER_CORNER);
  }

  /** Half length and half beam, and where the middle is from the antenna, as parts of the world. */
  writeSize(at, ship, scale, sizeOf) {
    const { floats } = this;
    const size = ship.count > 1 || ship.headingDeg === null ? null : sizeOf(ship.mmsi);
    floats[at] = size ? ((size.bow + size.stern) / 2) * scale : 0;
    floats[at + 1] = size ? ((size.port + size.starboard) / 2) * scale : 0;
    floats[at + 2] = size ? ((size.bow - size.stern) / 2) * scale : 0;
    floats[at + 3] = size ? ((size.starboard - size.port) / 2) * scale : 0;
  }
}
