// The ships this page knows: tiles in, places now out. Between two reports a ship sails on by its speed and course.

import { GROUPS, degrees } from "./protocol.js";

const STALE_MS = 10 * 60_000, SAILS_ON_MS = 3 * 60_000, METRES_PER_DEGREE = 111_195;

export class Fleet {
  constructor() {
    this.tiles = new Map();  // "z/x/y" -> {sequence, ships: Map(slot -> ship)}
    this.gaps = [];
  }

  /** Take a tile frame in. A gap in its sequence is noted in `gaps`, to be asked for again. */
  take(frame, now) {
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
    for (const told of frame.full) tile.ships.set(told.slot, full(frame, told, now));
    for (const told of frame.moves) move(frame, tile.ships.get(told.slot), told, now);
  }

  /** Forget tiles of other levels once the wanted ones have come, so that no ship is drawn twice. */
  keep(level) {
    for (const key of this.tiles.keys()) if (!key.startsWith(`${level}/`)) this.tiles.delete(key);
  }

  /** Every ship once, where it is now: the one with the newest report wins where tiles overlap in time. */
  ships(now) {
    const found = new Map();
    for (const tile of this.tiles.values()) {
      for (const ship of tile.ships.values()) {
        const other = found.get(ship.mmsi);
        if (!other || ship.heardAt > other.heardAt) found.set(ship.mmsi, ship);
      }
    }
    return [...found.values()].map((ship) => ({ ...ship, ...place(ship, now), stale: now - ship.heardAt > STALE_MS }));
  }
}

function full(frame, told, now) {
  const [lon, lat] = degrees(frame.z, frame.x, frame.y, told.x, told.y);
  const pointed = told.headingKnown || told.courseKnown;
  return {
    mmsi: told.mmsi, lon, lat, knots: told.knots, course: told.courseKnown ? told.course : null,
    heading: told.headingKnown ? told.heading : told.course, pointed, group: GROUPS[told.group] ?? "other",
    status: told.status, coarse: told.coarse, toldAt: now, heardAt: now - told.ageSeconds * 1000,
  };
}

function move(frame, ship, told, now) {
  if (!ship) return;
  [ship.lon, ship.lat] = degrees(frame.z, frame.x, frame.y, told.x, told.y);
  if (ship.course !== null) {
    ship.heading = (ship.heading + told.course - ship.course + 360) % 360;
    ship.course = told.course;
  }
  ship.knots = told.knots;
  ship.toldAt = ship.heardAt = now;
}

function place(ship, now) {
  const sailed = Math.min(now - ship.toldAt, SAILS_ON_MS);
  if (!ship.knots || ship.course === null || now - ship.heardAt > STALE_MS) return { lon: ship.lon, lat: ship.lat };
  const metres = ship.knots * 1852 / 3_600_000 * sailed, angle = ship.course * Math.PI / 180;
  const lat = ship.lat + metres * Math.cos(angle) / METRES_PER_DEGREE;
  const lon = ship.lon + metres * Math.sin(angle) / METRES_PER_DEGREE / Math.max(0.05, Math.cos(ship.lat * Math.PI / 180));
  return { lon, lat };
}
