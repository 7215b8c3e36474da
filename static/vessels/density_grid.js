// Traffic density in cells: which question to ask for a view, the squares, their classes, what is said. Pure.

const DEGREES = 3; // digits of an asked box: a map that moves by a pixel asks the same
// Classes begin at these ships a day: lanes have thirty times as many as the sea beside them.
const STEPS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1_000, 3_000];
const CLASSES = 5;
const HOUR_MS = 3_600_000;
const BUSY_SHARE = 0.95;

/** The query of the box with these bounds (degrees, not wrapped). */
export function boxOf({ south, west, north, east }) {
  const whole = east - west >= 360;
  return new URLSearchParams({
    lat_min: Math.max(-90, south).toFixed(DEGREES),
    lat_max: Math.min(90, north).toFixed(DEGREES),
    lng_min: (whole ? -180 : wrap(west)).toFixed(DEGREES),
    lng_max: (whole ? 180 : wrap(east)).toFixed(DEGREES),
  });
}

/** The cells of an answer as squares, each with its class: 0 to 4. */
export function squaresOf({ features, cell_degrees: degrees }) {
  const steps = stepsOf(features);
  return {
    type: "FeatureCollection",
    features: features.map(({ geometry: { coordinates }, properties }) => ({
      type: "Feature",
      geometry: { type: "Polygon", coordinates: [ringOf(coordinates, degrees / 2)] },
      properties: { class: classOf(properties.ships_per_day, steps) },
    })),
  };
}

/** Where classes begin behind the first one: four numbers at most, the last for the busiest cells. */
export function stepsOf(features) {
  const ships = features.map(({ properties }) => properties.ships_per_day).sort((a, b) => a - b);
  if (!ships.length) return [];
  const busy = ships[Math.ceil((ships.length - 1) * BUSY_SHARE)];
  const known = STEPS.filter((step) => step <= busy);
  return known.slice(1 - CLASSES).filter((step) => step > ships[0]);
}

/** The class of so many ships a day; of fewer classes, the outermost stand the furthest apart. */
export function classOf(ships, steps) {
  const reached = steps.filter((step) => ships >= step).length;
  return Math.round((reached * (CLASSES - 1)) / Math.max(1, steps.length));
}

/** The legend of an answer: [{ class, words }] with numbers as `say` writes them. */
export function legendOf(features, say) {
  const steps = stepsOf(features);
  if (!steps.length) return features.length ? [{ class: 0, words: all(features, say) }] : [];
  const between = steps.map((step, at) => {
    const next = steps[at + 1];
    return next ? `${say(step)}–${say(next)}` : `≥ ${say(step)}`;
  });
  const words = [`< ${say(steps[0])}`, ...between];
  return words.map((text, at) => ({
    class: Math.round((at * (CLASSES - 1)) / steps.length),
    words: text,
  }));
}

/** Ships a day in the cell at a place; null where there is none, or no answer. */
export function shipsAt(answer, { lng, lat }) {
  if (!answer) return null;
  const half = answer.cell_degrees / 2;
  const lon = wrap(lng);
  const cell = answer.features.find(
    ({ geometry: { coordinates } }) =>
      Math.abs(coordinates[0] - lon) <= half && Math.abs(coordinates[1] - lat) <= half,
  );
  return cell ? cell.properties.ships_per_day : null;
}

/** What the layer says of an answer: a key of its texts, and what goes into them. */
export function saying(answer) {
  if (!answer) return { key: "lost" };
  const { days, whole, heard_hours: heard, cell_degrees: degrees, invented } = answer;
  if (!days.length) return { key: "nothing" };
  const [first, last] = [days[0], days.at(-1)];
  const said = { degrees, heard, hours: days.length * 24, invented };
  if (!whole) {
    const hours = Math.ceil((Date.parse(first.until) - Date.parse(first.day)) / HOUR_MS);
    return { ...said, hours, key: "so_far", from: first.day, until: first.until };
  }
  const key = days.length > 1 ? "said" : "one_day";
  return { ...said, key, days: days.length, from: first.day, to: last.day };
}

function all(features, say) {
  const ships = features.map(({ properties }) => properties.ships_per_day);
  const [least, most] = [Math.min(...ships), Math.max(...ships)];
  return least === most ? say(least) : `${say(least)}–${say(most)}`;
}

function ringOf([lon, lat], half) {
  const [west, south, east, north] = [lon - half, lat - half, lon + half, lat + half];
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
}

function wrap(lon) {
  return ((((lon + 180) % 360) + 360) % 360) - 180;
}
