// The ships this page knows: tile frames in, places now out. Pure.
// Between two reports a ship sails on by its speed and course, as docs/map-protocol.md demands.

import { GROUPS, degrees } from "./protocol.js";

const STALE_MS = 10 * 60_000;
const MAX_RECKONED_MS = 3 * 60_000;
const METRES_PER_DEGREE = 111_195;
const KNOT_M_PER_MS = 1852 / 3_600_000;
// Nearer to a pole than 87 degrees a step in longitude has no meaning.
const MIN_COSINE = 0.05;

export class Fleet {
  constructor() {
    this.tiles = new Map(); // "z/x/y" -> {sequence, ships: Map(slot -> ship), waiting}
    this.gaps = [];
  }

  /** Take a tile frame in. A gap in its sequence is noted in `gaps`, to be sent again. */
  apply(frame, nowMs) {
    const key = `${frame.z}/${frame.x}/${frame.y}`;
    let tile = this.tiles.get(key);
    if (frame.snapshot) {
      tile = { sequence: frame.sequence, ships: new Map(), waiting: false };
      this.tiles.set(key, tile);
    } else {
      if (!tile || frame.sequence <= tile.sequence) return;
      if (frame.sequence !== tile.sequence + 1) {
        if (!tile.waiting) this.gaps.push([frame.z, frame.x, frame.y]);
        tile.waiting = true;
        return;
      }
      tile.sequence = frame.sequence;
    }
    for (const slot of frame.gone) tile.ships.delete(slot);
    for (const record of frame.full) tile.ships.set(record.slot, shipOf(frame, record, nowMs));
    for (const record of frame.moves) move(frame, tile.ships.get(record.slot), record, nowMs);
  }

  /** Drop tiles of other levels once the wanted ones have come: no ship is drawn twice. */
  dropOtherLevels(level) {
    for (const key of this.tiles.keys()) {
      if (!key.startsWith(`${level}/`)) this.tiles.delete(key);
    }
  }

  /** Every ship once, where it is now; where tiles overlap in time the newest report wins. */
  ships(nowMs) {
    const newest = new Map();
    for (const tile of this.tiles.values()) {
      for (const ship of tile.ships.values()) {
        const other = newest.get(ship.mmsi);
        if (!other || ship.heardAtMs > other.heardAtMs) newest.set(ship.mmsi, ship);
      }
    }
    return [...newest.values()].map((ship) => ({
      ...ship,
      ...reckon(ship, nowMs),
      stale: nowMs - ship.heardAtMs > STALE_MS,
    }));
  }
}

function shipOf(frame, record, nowMs) {
  const [lon, lat] = degrees(frame.z, frame.x, frame.y, record.x, record.y);
  return {
    mmsi: record.mmsi,
    lon,
    lat,
    knots: record.knots,
    courseDeg: record.courseKnown ? record.courseDeg : null,
    headingDeg: record.headingKnown ? record.headingDeg : record.courseDeg,
    directed: record.headingKnown || record.courseKnown,
    group: GROUPS[record.group] ?? "other",
    status: record.status,
    coarse: record.coarse,
    receivedAtMs: nowMs,
    heardAtMs: nowMs - record.ageSeconds * 1000,
  };
}

function move(frame, ship, record, nowMs) {
  if (!ship) return;
  [ship.lon, ship.lat] = degrees(frame.z, frame.x, frame.y, record.x, record.y);
  if (ship.courseDeg !== null) {
    // A drawn heading turns by as much as the course does.
    ship.headingDeg = (ship.headingDeg + record.courseDeg - ship.courseDeg + 360) % 360;
    ship.courseDeg = record.courseDeg;
  }
  ship.knots = record.knots;
  ship.receivedAtMs = ship.heardAtMs = nowMs;
}

/** Dead reckoning from the last place, for at most three minutes. */
function reckon(ship, nowMs) {
  const sails = ship.knots && ship.courseDeg !== null && nowMs - ship.heardAtMs <= STALE_MS;
  if (!sails) return { lon: ship.lon, lat: ship.lat };
  const elapsedMs = Math.min(nowMs - ship.receivedAtMs, MAX_RECKONED_MS);
  const degreesSailed = (ship.knots * KNOT_M_PER_MS * elapsedMs) / METRES_PER_DEGREE;
  const angle = (ship.courseDeg * Math.PI) / 180;
  const cosine = Math.max(MIN_COSINE, Math.cos((ship.lat * Math.PI) / 180));
  return {
    lat: ship.lat + degreesSailed * Math.cos(angle),
    lon: ship.lon + (degreesSailed * Math.sin(angle)) / cosine,
  };
}
