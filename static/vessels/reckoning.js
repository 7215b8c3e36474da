// Where a ship is now: it sails on from its report by its speed and course. Pure.

const METRES_PER_DEGREE = 111_195;
const KNOT_M_PER_MS = 1852 / 3_600_000;
// Nearer to a pole than 87 degrees a step in longitude has no meaning.
const MIN_COSINE = 0.05;

export const STALE_MS = 10 * 60_000;
/** Nobody knows where a ship went after so long without a report: it stays where it was drawn. */
export const MAX_RECKONED_MS = 3 * 60_000;

/** Degrees per millisecond [east, north]; [0, 0] for a ship that tells no speed or no course. */
export function pace({ lat, knots, courseDeg }) {
  if (!knots || courseDeg === null) return [0, 0];
  const degrees = (knots * KNOT_M_PER_MS) / METRES_PER_DEGREE;
  const angle = (courseDeg * Math.PI) / 180;
  const cosine = Math.max(MIN_COSINE, Math.cos((lat * Math.PI) / 180));
  return [(degrees * Math.sin(angle)) / cosine, degrees * Math.cos(angle)];
}

/** How long the ship has been sailing on since its report. */
export function sailedMs({ reportedAtMs }, nowMs) {
  return Math.max(0, Math.min(nowMs - reportedAtMs, MAX_RECKONED_MS));
}

/** {lon, lat} now. */
export function reckon(ship, nowMs) {
  const [east, north] = ship.pace;
  const elapsed = sailedMs(ship, nowMs);
  return { lon: ship.lon + east * elapsed, lat: ship.lat + north * elapsed };
}
