// What stands on the screen, to tell whether painting anew would change a pixel of it. Pure.

import { mercatorX, mercatorY, worldPixels } from "./mercator.js";
import { STALE_MS, sailedMs } from "./reckoning.js";

const SHIFT_PX = 0.5; // less cannot be seen
const TURN_DEG = 2.5; // turns the bow of the largest symbol by half a pixel

/**
 * View: {zoom, vectorSeconds, center, size, marginPx}: its middle in parts of the world, its width
 * and height in pixels, and how far a symbol or a hull reaches from its place.
 */

/** Painting anew shows nothing new; the same ships a pixel further on; other ships or other looks. */
export const CHANGE = { none: 0, moved: 1, looks: 2 };

export class PaintedShips {
  constructor() {
    this.ships = new Map(); // key -> {x, y, tipX, tipY, ...}, of the ships in view
    this.view = null;
  }

  /** Note that these ships were painted at this time of the server's. */
  note(ships, nowMs, view) {
    this.view = view;
    this.ships.clear();
    for (const ship of ships) {
      const now = seen(ship, nowMs, view);
      if (isInView(now, view)) this.ships.set(ship.key, now);
    }
  }

  /** What painting these ships would change in this view, a `View`. */
  change(ships, nowMs, view) {
    if (!this.view || isOtherView(this.view, view)) return CHANGE.looks;
    let [found, stayed] = [CHANGE.none, 0];
    for (const ship of ships) {
      const before = this.ships.get(ship.key);
      const now = seen(ship, nowMs, view);
      if (!before && !isInView(now, view)) continue;
      if (!before || looksOther(before, now)) return CHANGE.looks;
      stayed++;
      if (!isShifted(before, now)) continue;
      if (now.reportedAtMs !== before.reportedAtMs) return CHANGE.looks;
      found = CHANGE.moved;
    }
    return stayed === this.ships.size ? found : CHANGE.looks;
  }
}

function isOtherView(before, now) {
  return before.zoom !== now.zoom || before.center.some((part, axis) => part !== now.center[axis]);
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

// Whichever copy of the world is the nearest: a place whose nearest copy is out of view has none in it.
function isInView({ x, y, tipX, tipY }, { zoom, center, size, marginPx }) {
  const world = worldPixels(zoom);
  const across = x - center[0] * world;
  const left = across - Math.round(across / world) * world;
  const top = y - center[1] * world;
  return (
    touches(left, left + tipX - x, size[0] / 2 + marginPx) &&
    touches(top, top + tipY - y, size[1] / 2 + marginPx)
  );
}

function touches(from, to, reach) {
  return Math.min(from, to) <= reach && Math.max(from, to) >= -reach;
}

function isShifted(before, now) {
  return (
    Math.abs(now.x - before.x) >= SHIFT_PX ||
    Math.abs(now.y - before.y) >= SHIFT_PX ||
    Math.abs(now.tipX - before.tipX) >= SHIFT_PX * 2 ||
    Math.abs(now.tipY - before.tipY) >= SHIFT_PX * 2
  );
}
