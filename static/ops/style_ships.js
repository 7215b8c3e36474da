// The style page's chart and what lies on it: drawn by the live map's own modules, of invented ships.

import { Hover } from "../vessels/hover.js";
import { Labels } from "../vessels/labels.js";
import { ChartNames } from "../vessels/chart_names.js";
import { FeedBadge } from "../vessels/feed_badge.js";
import { Measure } from "../vessels/measure.js";
import { pace } from "../vessels/reckoning.js";
import { Replay, silence } from "../vessels/replay.js";
import { showFound } from "../vessels/search.js";
import { ShipCard } from "../vessels/ship_card.js";
import { ShipFilter } from "../vessels/ship_filter.js";
import { ShipLayer } from "../vessels/ship_layer.js";
import { ShipList } from "../vessels/ship_list.js";

const POPUP_PX = 260;
const MINUTE_MS = 60_000;
const nothing = () => {};
const element = (id) => document.getElementById(id);

/** What needs no chart: list, cards, legend, badge. */
export function showOffChart(texts, invented) {
  const names = new Map(invented.ships.map((ship) => [ship.mmsi, ship.name]));
  const directory = { nameOf: (mmsi) => names.get(mmsi) ?? null, want: nothing };
  new ShipList(document.querySelector("#in-view tbody"), texts, directory, nothing).render(
    invented.ships.filter(({ count }) => count === 1),
  );
  new ShipFilter(element("filters"), { onChange: nothing, directory, mids: texts.mids });
  showFound(element("found"), texts, invented.found, { toShip: nothing, toPort: nothing });
  for (const [at, { ship, near, crossing }] of invented.cards.entries()) {
    showCard(element(`ship-card-${at + 1}`), texts, { ship, near, crossing });
  }
  const badge = new FeedBadge(element("feed-late"), texts);
  badge.setLinked(true);
  badge.setTick({ state: "silent", ageMs: 2 * MINUTE_MS });
  new FeedBadge(element("feed-offline"), texts).render();
}

function showCard(place, texts, { ship, near, crossing }) {
  const card = new ShipCard(place, texts, {
    crossingOf: () => crossing,
    onTrack: nothing,
    onDetail: nothing,
  });
  Object.assign(card, { ship, near, answeredAtMs: performance.now() });
  card.render();
  place.hidden = false;
}

/** The chart with a ship in each look, its tip, a measured line, weather, a popup, a replay's bar. */
export async function showChart(texts, invented) {
  const [{ createChart }, { warningCard }, { WeatherLayer }, { Popup }] = await Promise.all([
    import("../vessels/chart.js"),
    import("../vessels/warnings.js"),
    import("../vessels/weather_layer.js"),
    import("maplibre-gl"),
  ]);
  const place = element("design-chart");
  place.hidden = false;
  // Of two charts on a page each has its own title.
  const locale = { ...texts.controls, "Map.Title": place.dataset.title };
  const options = { urls: texts.urls, texts, cooperativeGestures: true, locale };
  const map = await createChart("design-chart", { ...options, bounds: boundsAround(invented) });
  const clock = { now: () => Date.now() };
  const ships = invented.ships.map((ship, at) => placedShip(ship, at, texts));
  const words = new Map(ships.map(({ mmsi, label }) => [mmsi, label]));
  const directory = { nameOf: (mmsi) => words.get(mmsi), sizeOf: () => null, want: nothing };
  const layer = new ShipLayer(map, clock, directory);
  layer.draw(ships);
  layer.stress(({ bookable }) => bookable);
  layer.highlight(ships.find(({ chosen }) => chosen).key);
  new Labels(map, layer, directory, new ChartNames());
  const hover = new Hover(map, nothing, ({ label }) => label);
  hover.point = { x: 40, y: 24 };
  map.once("idle", () => hover.show(ships[1])); // hidden whenever the map moves
  measured(map, texts, ships);
  weathered(map, WeatherLayer, texts, invented.weather);
  played(map, clock, texts);
  const card = warningCard(invented.warning, texts.warnings);
  const popup = new Popup({
    maxWidth: `${POPUP_PX}px`,
    closeOnClick: false,
    focusAfterOpen: false,
  });
  const { lon, lat } = ships.at(-1);
  popup.setLngLat([lon, lat]).setDOMContent(card).addTo(map);
}

function boundsAround({ ships, weather }) {
  const places = weather.features.map(({ geometry }) => geometry.coordinates);
  for (const { lon, lat } of ships) places.push([lon, lat]);
  const [lons, lats] = [places.map(([lon]) => lon), places.map(([, lat]) => lat)];
  const room = 0.1; // degrees, for symbols at the edge
  return [
    [Math.min(...lons) - room, Math.min(...lats) - room],
    [Math.max(...lons) + 2 * room, Math.max(...lats) + room],
  ];
}

function placedShip(ship, at, texts) {
  const reportedAtMs = Date.now() - (ship.stale ? 20 : 0) * MINUTE_MS;
  const drawn = { ...ship, key: at + 1, reportedAtMs, headingDeg: ship.courseDeg };
  return { ...drawn, label: texts.types[ship.group], pace: pace({ ...drawn, knots: 0 }) };
}

function measured(map, texts, ships) {
  const measure = new Measure(map, element("measure"), element("measured"), texts.measure);
  measure.turn(true);
  for (const { lon, lat } of [ships[0], ships[7]]) measure.add({ lng: lon, lat: lat - 0.05 });
}

function weathered(map, WeatherLayer, texts, answer) {
  const [box, legend, note] = ["weather", "weather-legend", "weather-note"].map(element);
  const options = { box, legend, note, texts: texts.weather, boundsOf, onChange: nothing };
  const layer = new WeatherLayer(map, options);
  layer.answer = { ...answer, oldest_at: new Date(Date.now() - 12 * MINUTE_MS).toISOString() };
  layer.canvas.hidden = legend.hidden = false;
  layer.say();
  layer.draw();
}

function boundsOf(map) {
  const bounds = map.getBounds();
  const [south, west] = [bounds.getSouth(), bounds.getWest()];
  return { south, west, north: bounds.getNorth(), east: bounds.getEast() };
}

function played(map, clock, texts) {
  for (const [id, ago] of [
    ["replay-still", 180],
    ["replay-playing", 60],
  ]) {
    const options = { texts: texts.replay, onShips: nothing, onLive: nothing, onChange: nothing };
    const replay = new Replay(map, clock, element(id), options);
    replay.endMs = clock.now();
    replay.moveTo(replay.endMs - ago * MINUTE_MS);
    replay.setSpeed(300);
    const silent = id === "replay-still" ? { beginsMs: replay.endMs } : null;
    replay.parts.unheard.textContent = silence(silent, texts.replay);
    replay.parts.note.hidden = silent !== null;
  }
}
