// Where the map looks: the viewport for the server, its level, and the same in the address. Pure.

const PADDING = 0.15;
const EUROPE = { zoom: 3.6, center: [10, 47] };
const EUROPE_ON_A_PHONE = { zoom: 2.7, center: [10, 47] };
const PHONE_PX = 700;

/** Zoom and centre of an address's hash "#zoom/lat/lng", else Europe. */
export function initialView(hash, widthPx) {
  const match = hash.match(/^#([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)$/);
  if (!match) return widthPx < PHONE_PX ? EUROPE_ON_A_PHONE : EUROPE;
  const [zoom, lat, lng] = match.slice(1).map(Number);
  return { zoom, center: [lng, lat] };
}

/** The hash of a view. */
export function hashOf(zoom, { lat, lng }) {
  return `#${zoom.toFixed(2)}/${lat.toFixed(4)}/${lng.toFixed(4)}`;
}

/** These bounds with the margin in which ships are asked for, not wrapped. */
export function withMargin({ south, west, north, east }) {
  const marginLat = (north - south) * PADDING;
  const marginLon = (east - west) * PADDING;
  return {
    south: Math.max(-90, south - marginLat),
    west: west - marginLon,
    north: Math.min(90, north + marginLat),
    east: east + marginLon,
  };
}

/** [south, west, north, east] in degrees with a margin; west is above east across 180 degrees. */
export function viewportOf(bounds) {
  const { south, west, north, east } = withMargin(bounds);
  const wholeTurn = east - west >= 360;
  return [south, wholeTurn ? -180 : wrap(west), north, wholeTurn ? 180 : wrap(east)];
}

/** Whether a place is in these bounds, whichever turn of the world they show. */
export function holds({ south, west, north, east }, { lon, lat }) {
  if (lat < south || lat > north) return false;
  return [-360, 0, 360].some((turn) => lon + turn >= west && lon + turn <= east);
}

/** The level of tiles that the server sends at a zoom (map/mercator.py). */
export function levelOf(zoom) {
  const whole = Math.max(0, Math.min(8, Math.floor(zoom)));
  return whole === 7 ? 6 : whole;
}

function wrap(lon) {
  return ((((lon + 180) % 360) + 360) % 360) - 180;
}
