// Ships as they were: stored points in, places at any time out. Pure; times are UTC epoch milliseconds.

import { pace } from "./reckoning.js";

// Under way a point comes every five minutes, at rest every fifteen: what is longer is a gap.
const GAP_MS = 20 * 60_000;
const RECKONED_MS = 6 * 60_000;
const INVENTED = ["sandbox", "simulated"];

export class PlayedShips {
  constructor() {
    this.ships = new Map(); // key -> {ship, points: [{atMs, lat, lon, knots, courseDeg}]}
    this.spans = [];
    this.unheard = []; // [since, until] in which nothing was recorded of any ship
    this.heldSinceMs = null;
  }

  /** Take an answer of /api/v1/vessels/replay in. */
  add({ since, until, ships, held_since: heldSince, unheard = [] }) {
    const sinceMs = Date.parse(since);
    this.spans.push([sinceMs, Date.parse(until)]);
    for (const each of unheard) this.unheard.push([Date.parse(each.since), Date.parse(each.until)]);
    if (heldSince) this.heldSinceMs = Date.parse(heldSince);
    for (const ship of ships) {
      const points = ship.points.map(([seconds, lat, lon, knots, courseDeg]) => ({
        atMs: sinceMs + seconds * 1_000,
        lat,
        lon,
        knots,
        courseDeg,
      }));
      const known = this.ships.get(ship.key);
      this.ships.set(ship.key, { ship, points: known ? joined(known.points, points) : points });
    }
  }

  /** Whether this time has been answered. */
  covers(atMs) {
    return this.spans.some(([from, until]) => from <= atMs && atMs < until);
  }

  /**
   * Whether nothing was recorded at this time, and when it begins or goes on, as far as that has
   * been answered: null where something was, {beginsMs}, {goesOnMs} or {}.
   */
  silenceAt(atMs) {
    let untilMs = atMs;
    const after = (ms) => this.unheard.find(([from, until]) => from <= ms && ms < until)?.[1];
    while (after(untilMs)) untilMs = after(untilMs);
    if (untilMs === atMs) return null;
    if (atMs < this.heldSinceMs) return { beginsMs: this.heldSinceMs };
    return this.covers(untilMs) ? { goesOnMs: untilMs } : {};
  }

  /** Every ship that was heard around this time, as the map draws ships; `nowMs` is its clock. */
  at(atMs, nowMs) {
    const found = [];
    for (const { ship, points } of this.ships.values()) {
      const place = placeAt(points, atMs);
      if (place) found.push(drawn(ship, place, nowMs));
    }
    return found;
  }
}

/** Where a ship was between two of its points, or shortly after the last; null in a gap. */
export function placeAt(points, atMs) {
  const next = firstAfter(points, atMs);
  const before = points[next - 1];
  if (!before) return null;
  const after = points[next];
  if (!after) return atMs - before.atMs <= RECKONED_MS ? sailed(before, atMs) : null;
  if (after.atMs - before.atMs > GAP_MS) return null;
  const share = (atMs - before.atMs) / (after.atMs - before.atMs);
  const east = ((after.lon - before.lon + 540) % 360) - 180;
  return {
    ...before,
    lat: before.lat + (after.lat - before.lat) * share,
    lon: wrap(before.lon + east * share),
  };
}

function sailed(point, atMs) {
  const [east, north] = pace(point);
  const elapsed = atMs - point.atMs;
  return { ...point, lat: point.lat + north * elapsed, lon: wrap(point.lon + east * elapsed) };
}

function drawn(ship, place, nowMs) {
  return {
    key: ship.key,
    mmsi: ship.mmsi,
    lon: place.lon,
    lat: place.lat,
    knots: place.knots,
    courseDeg: place.courseDeg,
    headingDeg: place.courseDeg ?? 0,
    directed: place.courseDeg !== null,
    group: ship.type,
    status: null,
    coarse: false,
    invented: INVENTED.includes(ship.source),
    sharedNumber: false,
    distrusted: false,
    count: 1,
    source: null,
    reportedAtMs: nowMs,
    pace: [0, 0], // it is drawn anew, and does not sail on by itself
  };
}

function joined(known, more) {
  const byTime = new Map([...known, ...more].map((point) => [point.atMs, point]));
  return [...byTime.values()].sort((a, b) => a.atMs - b.atMs);
}

function firstAfter(points, atMs) {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle].atMs <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function wrap(lon) {
  return ((((lon + 180) % 360) + 360) % 360) - 180;
}
