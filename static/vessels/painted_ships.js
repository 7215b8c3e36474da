// What stands on the screen, to tell whether painting anew would change a pixel of it. Pure.

import { mercatorX, mercatorY, worldPixels } from "./mercator.js";
import { STALE_MS, sailedMs } from "./reckoning.js";

const SHIFT_PX = 0.5; // less cannot be seen
const TURN_DEG = 2.5; // turns the bow of the largest symbol by half a pixel

/** Painting anew shows nothing new; the same ships a pixel further on; other ships or other looks. */
export const CHANGE = { none: 0, moved: 1, looks: 2 };

export class PaintedShips {
  constructor() {
    this.ships = new Map(); // key -> {x, y, tipX, tipY, ...}
    this.zoom = null;
  }

  /** Note that these ships were painted at this time of the server's. */
  note(ships, nowMs, view) {
    this.ships = new Map(ships.map((ship) => [ship.key, seen(ship, nowMs, view)]));
    this.zoom = view.zoom;
  }

  /** What painting these ships would change; `view` is {zoom, vectorSeconds}. */
  change(ships, nowMs, view) {
    if (view.zoom !== this.zoom || ships.length !== this.ships.size) return CHANGE.looks;
    let found = CHANGE.none;
    for (const ship of ships) {
      const before = this.ships.get(ship.key);
      if (!before) return CHANGE.looks;
      const now = seen(ship, nowMs, view);
      if (looksOther(before, now)) return CHANGE.looks;
      if (isShifted(before, now))
        found = now.reportedAtMs === before.reportedAtMs ? CHANGE.moved : CHANGE.looks;
      if (found === CHANGE.looks) return found;
    }
    return found;
  }
}

function seen(ship, nowMs, { zoom, vectorSeconds }) {
  const world = worldPixels(zoom);
  const elapsed = sailedMs(ship, nowMs);
  const [east, north] = ship.pace;
  const [lon, lat] = [ship.lon + east * elapsed, ship.lat + north * elapsed];
  const ahead = vectorSeconds * 1000;
  return {
    reportedAtMs: ship.reportedAtMs,
    x: mercatorX(lon) * world,
    y: mercatorY(lat) * world,
    tipX: mercatorX(lon + east * ahead) * world,
    tipY: mercatorY(lat + north * ahead) * world,
    headingDeg: ship.headingDeg,
    count: ship.count,
    group: ship.group,
    stale: ship.count === 1 && nowMs - ship.reportedAtMs > STALE_MS,
  };
}

// A cluster has neither a bow nor a type.
function looksOther(before, now) {
  if (before.count !== now.count || before.stale !== now.stale) return true;
  if (now.count > 1) return false;
  if (before.group !== now.group) return true;
  if (before.headingDeg === null || now.headingDeg === null) {
    return before.headingDeg !== now.headingDeg;
  }
  const turned = Math.abs(((now.headingDeg - before.headingDeg + 540) % 360) - 180);
  return turned > TURN_DEG;
}

function isShifted(before, now) {
  return (
    Math.abs(now.x - before.x) >= SHIFT_PX ||
    Math.abs(now.y - before.y) >= SHIFT_PX ||
    Math.abs(now.tipX - before.tipX) >= SHIFT_PX * 2 ||
    Math.abs(now.tipY - before.tipY) >= SHIFT_PX * 2
  );
}
