// Distance and bearing on the sphere, points as [longitude, latitude]. Pure.

const EARTH_RADIUS_M = 6_371_008.8;
const RADIANS = Math.PI / 180;

/** Metres along the great circle (haversine). */
export function distanceM([lonA, latA], [lonB, latB]) {
  const north = Math.sin(((latB - latA) * RADIANS) / 2);
  const east = Math.sin(((lonB - lonA) * RADIANS) / 2);
  const chord = north ** 2 + Math.cos(latA * RADIANS) * Math.cos(latB * RADIANS) * east ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** Initial course from a to b, 0 <= degrees < 360. */
export function bearingDeg([lonA, latA], [lonB, latB]) {
  const [a, b, turn] = [latA * RADIANS, latB * RADIANS, (lonB - lonA) * RADIANS];
  const east = Math.sin(turn) * Math.cos(b);
  const north = Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(turn);
  return (Math.atan2(east, north) / RADIANS + 360) % 360;
}
