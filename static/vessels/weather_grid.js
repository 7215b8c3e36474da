// Waves and wind at points of the sea: which question to ask for a view, and how a point looks. Pure.

export const WAVES = [
  // metres below which, colour of the disc, colour of the number on it
  [0.5, "#b7dfe8", "#0f2436"],
  [1.25, "#6fb7d6", "#0f2436"],
  [2.5, "#2f7fb8", "#ffffff"],
  [4, "#5a4a9c", "#ffffff"],
  [Infinity, "#a3195b", "#ffffff"],
];
const DEGREES = 3; // digits of an asked box: a map that moves by a pixel asks the same

/** The address that answers for these bounds (degrees, not wrapped). */
export function questionOf({ south, west, north, east }) {
  const whole = east - west >= 360;
  const query = new URLSearchParams({
    lat_min: Math.max(-90, south).toFixed(DEGREES),
    lat_max: Math.min(90, north).toFixed(DEGREES),
    lng_min: (whole ? -180 : wrap(west)).toFixed(DEGREES),
    lng_max: (whole ? 180 : wrap(east)).toFixed(DEGREES),
  });
  return `/api/v1/weather/grid?${query}`;
}

/** Of waves of this height: the colour of their disc, and of the number on it. */
export function wavesLook(metres) {
  const [, disc, number] = WAVES.find(([below]) => metres < below);
  return { disc, number };
}

/** Where an arrow points that comes from there, in radians clockwise from the top. */
export function blowsTo(fromDeg) {
  return (((fromDeg + 180) % 360) * Math.PI) / 180;
}

/** What the layer says of an answer: a key of its texts, and what goes into them. */
export function saying(answer, nowMs) {
  if (!answer) return { key: "lost" };
  if (!answer.features.length) return { key: answer.pending ? "pending" : "none" };
  const minutes = Math.max(0, Math.round((nowMs - Date.parse(answer.oldest_at)) / 60_000));
  return { key: "said", minutes, sources: answer.sources.join(", "), invented: answer.invented };
}

/** The points of [{x, y}] that stand clear of those before them: a phone with the world has no room. */
export function clear(points, apart) {
  const kept = [];
  for (const one of points)
    if (kept.every(({ x, y }) => Math.hypot(x - one.x, y - one.y) >= apart)) kept.push(one);
  return kept;
}

function wrap(lon) {
  return ((((lon + 180) % 360) + 360) % 360) - 180;
}
