// The ships this page knows: tile frames in, places now out. Pure.
// All times are the server's: a ship sails on from its report, not from when it came here.

import { FLAGS, GROUPS, degrees, mmsiOf } from "./protocol.js";
import { STALE_MS, pace, reckon } from "./reckoning.js";

export class Fleet {
  constructor() {
    this.tiles = new Map(); // "z/x/y" -> {sequence, ships: Map(slot -> ship), waiting}
    this.gaps = [];
    this.version = 0; // grows with every change
  }

  /**
   * Take a tile frame of this time in. A gap in its sequence is noted in `gaps`, to be sent again.
   */
  apply(frame, atMs) {
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
    this.version++;
    for (const slot of frame.gone) tile.ships.delete(slot);
    for (const record of frame.full) tile.ships.set(record.slot, shipOf(frame, record, atMs));
    for (const record of frame.moves) move(frame, tile.ships.get(record.slot), record, atMs);
    for (const record of frame.steps) step(frame, tile.ships.get(record.slot), record, atMs);
  }

  /** Drop tiles of other levels once the wanted ones have come: no ship is drawn twice. */
  dropOtherLevels(level) {
    for (const key of this.tiles.keys()) {
      if (!key.startsWith(`${level}/`)) this.tiles.delete(key);
    }
    this.version++;
  }

  /** Keep tiles that touch these bounds (west, east in degrees, not wrapped): the heap stays flat. */
  dropTilesOutside({ south, west, north, east }) {
    for (const key of this.tiles.keys()) {
      const [z, x, y] = key.split("/").map(Number);
      const [left, top] = degrees(z, x, y, 0, 0);
      const [right, bottom] = degrees(z, x + 1, y + 1, 0, 0);
      if (bottom > north || top < south || !overlaps(left, right, west, east)) {
        this.tiles.delete(key);
        this.version++;
      }
    }
  }

  /** Every ship once, as it was sent; where tiles overlap in time the newest report wins. */
  all() {
    if (this.seenVersion === this.version) return this.seen;
    const newest = new Map();
    for (const tile of this.tiles.values()) {
      for (const ship of tile.ships.values()) {
        const other = newest.get(ship.key);
        if (!other || ship.reportedAtMs > other.reportedAtMs) newest.set(ship.key, ship);
      }
    }
    this.seen = [...newest.values()];
    this.seenVersion = this.version;
    return this.seen;
  }

  /** Every ship once, where it is at this time of the server's. */
  ships(nowMs) {
    return this.all().map((ship) => placed(ship, nowMs));
  }
}

/** A copy of the ship with its place at this time of the server's. */
export function placed(ship, nowMs) {
  const stale = nowMs - ship.reportedAtMs > STALE_MS;
  return { ...ship, ...reckon(ship, nowMs), stale };
}

function overlaps(left, right, west, east) {
  for (const turn of [-360, 0, 360]) {
    if (left + turn <= east && right + turn >= west) return true;
  }
  return east - west >= 360;
}

function shipOf(frame, record, atMs) {
  const [lon, lat] = degrees(frame.z, frame.x, frame.y, record.x, record.y);
  const has = (flag) => (record.flags & flag) !== 0;
  const reportedAtMs = atMs - record.ageMs;
  const ship = {
    key: record.key,
    mmsi: mmsiOf(record.key),
    x: record.x,
    y: record.y,
    lon,
    lat,
    knots: record.knots,
    courseDeg: has(FLAGS.courseKnown) ? record.courseDeg : null,
    headingDeg: has(FLAGS.headingKnown) ? record.headingDeg : record.courseDeg,
    directed: has(FLAGS.headingKnown) || has(FLAGS.courseKnown),
    group: GROUPS[record.group] ?? "other",
    status: record.status,
    coarse: has(FLAGS.coarse),
    invented: has(FLAGS.invented),
    sharedNumber: has(FLAGS.sharedNumber),
    distrusted: has(FLAGS.doubtful) || has(FLAGS.impossible),
    count: record.count,
    source: record.source,
    reportedAtMs,
  };
  ship.pace = pace(ship);
  return ship;
}

// A step says how far in places the ship was from where its last record had it.
function step(frame, ship, record, atMs) {
  if (ship) move(frame, ship, { ...record, x: ship.x + record.dx, y: ship.y + record.dy }, atMs);
}

function move(frame, ship, record, atMs) {
  if (!ship) return;
  [ship.x, ship.y] = [record.x, record.y];
  [ship.lon, ship.lat] = degrees(frame.z, frame.x, frame.y, record.x, record.y);
  if (ship.courseDeg !== null) {
    // A drawn heading turns by as much as the course does.
    ship.headingDeg = (ship.headingDeg + record.courseDeg - ship.courseDeg + 360) % 360;
    ship.courseDeg = record.courseDeg;
  }
  ship.knots = record.knots;
  ship.reportedAtMs = atMs - record.ageMs;
  ship.pace = pace(ship);
}
