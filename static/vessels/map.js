// The live map page: chart, ships, filters, search, the card of one ship, the list of ships in view.

import { COLOURS, addShapes, chart, palette } from "./chart.js";
import { Fleet } from "./fleet.js";
import { Live } from "./live.js";
import { shipCard } from "./card.js";
import { shipList } from "./list.js";

const words = JSON.parse(document.getElementById("map-words").textContent);
const page = document.querySelector(".live-map");
const fleet = new Fleet();
const hidden = new Set();
const DRAW_MS = 1_000, PADDING = 0.15;
let map, live, chosen = null, following = false, linked = false, lastBeat = null;

start().catch(() => { page.classList.add("no-map"); document.getElementById("no-webgl").hidden = false; });

async function start() {
  page.classList.remove("no-js");
  map = await chart("chart", { urls: words.urls, words, ...beginning() });
  addShapes(map);
  map.on("recolour", () => { addShapes(map); map.setPaintProperty("chosen", "circle-stroke-color", palette().ink); });
  addLayers();
  live = new Live(socketUrl(), take, (open) => { linked = open; badge(); });
  map.on("moveend", look);
  map.on("click", (event) => choose(shipAt(event.point)));
  map.on("mousemove", (event) => { map.getCanvas().style.cursor = shipAt(event.point) ? "pointer" : ""; });
  map.on("dragstart", () => follow(false));
  bindFilters();
  bindSearch();
  document.getElementById("follow").addEventListener("click", () => follow(!following));
  document.getElementById("close-card").addEventListener("click", () => choose(null));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") choose(null); });
  look();
  setInterval(draw, DRAW_MS);
  const asked = Number(new URLSearchParams(location.search).get("ship"));
  if (asked) await goTo(asked);
  window.liveMap = { map, fleet, ready: true };  // for the page's own tests
}

function beginning() {
  const numbers = (location.hash.match(/^#([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)$/) ?? []).slice(1).map(Number);
  return numbers.length ? { zoom: numbers[0], center: [numbers[2], numbers[1]] } : { zoom: innerWidth < 700 ? 2.7 : 3.6, center: [10, 47] };
}

function socketUrl() {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/vessels/live`;
}

function addLayers() {
  map.addSource("track", { type: "geojson", data: collection([]) });
  map.addSource("ships", { type: "geojson", data: collection([]) });
  map.addLayer({ id: "track", type: "line", source: "track", paint: { "line-color": "#d8432b", "line-width": 2, "line-dasharray": [2, 1] } });
  map.addLayer({
    id: "chosen", type: "circle", source: "ships", filter: ["==", ["id"], -1],
    paint: { "circle-radius": 15, "circle-color": "rgba(216,67,43,.18)", "circle-stroke-width": 2, "circle-stroke-color": palette().ink },
  });
  map.addLayer({
    id: "ships", type: "symbol", source: "ships",
    layout: {
      "icon-image": ["get", "image"], "icon-rotate": ["get", "heading"], "icon-rotation-alignment": "map",
      "icon-allow-overlap": true, "icon-ignore-placement": true, "symbol-sort-key": ["get", "rank"],
      "icon-size": ["interpolate", ["linear"], ["zoom"], 1, 0.42, 6, 0.72, 10, 1, 14, 1.3],
    },
    paint: { "icon-opacity": ["case", ["get", "stale"], 0.38, 1] },
  });
}

function take(frame) {
  const now = Date.now();
  if (frame.kind === "tick") {
    lastBeat = { ...frame, at: now };
    badge();
    return;
  }
  const wanted = levelOf(map.getZoom());
  fleet.take(frame, now);
  if (frame.snapshot && frame.z <= wanted) fleet.keep(frame.z);
  if (frame.snapshot) scheduleDraw();
  if (fleet.gaps.length) live.again(fleet.gaps.splice(0));
}

let drawSoon = 0;
function scheduleDraw() {
  cancelAnimationFrame(drawSoon);
  drawSoon = requestAnimationFrame(draw);
}

function draw() {
  const ships = fleet.ships(Date.now()).filter((ship) => !hidden.has(ship.group));
  map.getSource("ships").setData(collection(ships.map(shape)));
  const bounds = map.getBounds();
  shipList(ships.filter((ship) => bounds.contains([ship.lon, ship.lat])), words, goTo);
  document.getElementById("count").textContent = words.in_view.replace("{n}", ships.length);
  if (following && chosen) {
    const ship = ships.find((one) => one.mmsi === chosen);
    if (ship) map.easeTo({ center: [ship.lon, ship.lat], duration: DRAW_MS, easing: (t) => t });
  }
}

function shape(ship) {
  const image = `${ship.pointed ? "hull" : "disc"}-${ship.group}`;
  return {
    type: "Feature", id: ship.mmsi, geometry: { type: "Point", coordinates: [ship.lon, ship.lat] },
    properties: { image, heading: ship.heading ?? 0, stale: ship.stale, rank: ship.knots > 0.5 ? 1 : 0 },
  };
}

function look() {
  const bounds = map.getBounds(), zoom = map.getZoom();
  const high = bounds.getNorth() - bounds.getSouth(), wide = bounds.getEast() - bounds.getWest();
  const south = Math.max(-90, bounds.getSouth() - high * PADDING), north = Math.min(90, bounds.getNorth() + high * PADDING);
  const whole = wide * (1 + 2 * PADDING) >= 360;
  const west = whole ? -180 : wrap(bounds.getWest() - wide * PADDING), east = whole ? 180 : wrap(bounds.getEast() + wide * PADDING);
  live.look({ viewport: [south, west, north, east], zoom });
  const { lat, lng } = map.getCenter();
  history.replaceState(null, "", `#${zoom.toFixed(2)}/${lat.toFixed(4)}/${lng.toFixed(4)}`);
}

const wrap = (lon) => ((lon + 180) % 360 + 360) % 360 - 180;
const levelOf = (zoom) => Math.max(0, Math.min(8, Math.floor(zoom / 2) * 2));
const collection = (features) => ({ type: "FeatureCollection", features });

function shipAt(point) {
  const box = [[point.x - 6, point.y - 6], [point.x + 6, point.y + 6]];
  return map.queryRenderedFeatures(box, { layers: ["ships"] })[0]?.id ?? null;
}

async function choose(mmsi) {
  chosen = mmsi;
  follow(false);
  map.setFilter("chosen", ["==", ["id"], mmsi ?? -1]);
  map.getSource("track").setData(collection([]));
  const card = document.getElementById("ship-card");
  card.hidden = mmsi === null;
  if (mmsi === null) return;
  document.getElementById("filters").open = false;
  const way = await shipCard(mmsi, words, card);
  if (chosen === mmsi && way) map.getSource("track").setData(way);
}

async function goTo(mmsi) {
  const answer = await fetch(`/api/v1/vessels/${mmsi}`);
  if (!answer.ok) return;
  const { position } = await answer.json();
  if (position) map.jumpTo({ center: [position.lon, position.lat], zoom: Math.max(map.getZoom(), 8.5) });
  await choose(mmsi);
  document.getElementById("ship-card").focus();
}

function follow(on) {
  following = on && chosen !== null;
  const button = document.getElementById("follow");
  button.setAttribute("aria-pressed", String(following));
}

function badge() {
  const state = linked ? lastBeat?.state ?? "connecting" : "offline";
  const age = lastBeat?.age;
  const text = words.states[state] + (state !== "offline" && age !== null && age > 5_000 ? ` · ${words.age.replace("{s}", Math.round(age / 1000))}` : "");
  const box = document.getElementById("feed");
  box.dataset.state = state;
  const label = box.querySelector("span:last-child");
  if (label.textContent !== text) label.textContent = text;
  box.querySelector(".live-dot").className = `live-dot ${{ live: "", connecting: "stale", silent: "stale" }[state] ?? "off"}`;
}

function bindFilters() {
  for (const box of document.querySelectorAll("#filters input[type=checkbox]")) {
    box.parentElement.querySelector(".swatch").style.background = COLOURS[box.value];
    box.addEventListener("change", () => { if (box.checked) hidden.delete(box.value); else hidden.add(box.value); draw(); });
  }
}

function bindSearch() {
  const form = document.getElementById("search"), found = document.getElementById("found");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const asked = form.q.value.trim();
    found.replaceChildren();
    if (asked.length < 2) return;
    const answer = await fetch(`/api/v1/vessels?q=${encodeURIComponent(asked)}&limit=8`);
    const ships = answer.ok ? await answer.json() : [];
    if (!ships.length) found.append(Object.assign(document.createElement("li"), { textContent: words.nothing }));
    for (const ship of ships) {
      const item = document.createElement("li"), button = document.createElement("button");
      button.type = "button";
      button.textContent = `${ship.name ?? words.unnamed} · ${ship.mmsi}`;
      button.addEventListener("click", () => { found.replaceChildren(); goTo(ship.mmsi); });
      item.append(button);
      found.append(item);
    }
  });
}
