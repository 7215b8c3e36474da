// Web Mercator as fractions of the world: 0 to 1 from 180 W and from 85 N. Pure.

const EARTH_CIRCUMFERENCE_M = 40_075_017;
const MAX_LAT = 85.051129;

export function mercatorX(lon) {
  return lon / 360 + 0.5;
}

export function mercatorY(lat) {
  const clipped = Math.max(-MAX_LAT, Math.min(MAX_LAT, lat));
  const angle = (clipped * Math.PI) / 180;
  return 0.5 - Math.log(Math.tan(Math.PI / 4 + angle / 2)) / (2 * Math.PI);
}

export function latitudeOf(y) {
  return (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
}

/** How much of the world's width a metre is at a latitude. */
export function perMetre(lat) {
  const cosine = Math.cos((Math.min(MAX_LAT, Math.abs(lat)) * Math.PI) / 180);
  return 1 / (EARTH_CIRCUMFERENCE_M * cosine);
}

/** The width of the world in pixels. */
export function worldPixels(zoom) {
  return 512 * 2 ** zoom;
}

// A ship that has sailed on across 180 degrees is still of the turn where it reported.
const SAILED_ON = 0.001;

/**
 * Turns of the world in which a place is in view, or a ship that was there minutes ago; the view's
 * middle is at `centerX`, and it is `widthInWorlds` wide.
 */
export function copiesInView(centerX, widthInWorlds) {
  const reach = widthInWorlds / 2 + SAILED_ON;
  const first = Math.floor(centerX - reach);
  const last = Math.floor(centerX + reach);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
