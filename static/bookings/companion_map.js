// The passengers' own ship on a chart between its two ports; it moves with every renewal of the page's part.

import { createChart } from "../vessels/chart.js";
import { addShipIcons, iconOf } from "../vessels/ship_icons.js";

const GROUP = "passenger";
const FIT = { padding: 56, maxZoom: 11, duration: 0 };
const place = document.getElementById("companion-map");

start().catch(() => {
  place.hidden = true; // without WebGL the line above says how far it is
});

async function start() {
  const ship = JSON.parse(document.getElementById("trip").dataset.ship);
  const texts = JSON.parse(document.getElementById("map-texts").textContent);
  place.hidden = false;
  const map = await createChart("companion-map", {
    urls: texts.urls,
    texts,
    center: [ship.lon, ship.lat],
    zoom: 7,
    cooperativeGestures: true,
  });
  addShipIcons(map);
  map.on("repaint", () => addShipIcons(map));
  await draw(map, ship);
  fit(map, ship);
  document.addEventListener("partrenewed", ({ detail }) => {
    if (detail.dataset.ship) move(map, JSON.parse(detail.dataset.ship));
  });
}

async function draw(map, ship) {
  map.addSource("ports", {
    type: "geojson",
    data: { type: "MultiPoint", coordinates: ship.ends },
  });
  map.addLayer({
    id: "ports",
    type: "circle",
    source: "ports",
    paint: {
      "circle-radius": 6,
      "circle-color": "#c2410c",
      "circle-stroke-color": "#ffffff",
      "circle-stroke-width": 2,
    },
  });
  const track = await trackOf(ship.mmsi);
  if (track) {
    map.addSource("track", { type: "geojson", data: track });
    map.addLayer({
      id: "track",
      type: "line",
      source: "track",
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": "#d8432b", "line-width": 2.5 },
    });
  }
  map.addSource("ship", { type: "geojson", data: pointOf(ship) });
  map.addLayer({
    id: "ship",
    type: "symbol",
    source: "ship",
    layout: {
      "icon-image": iconOf({ directed: ship.course !== null, group: GROUP }),
      "icon-rotate": ["coalesce", ["get", "course"], 0],
      "icon-rotation-alignment": "map",
      "icon-size": 1.6,
      "icon-allow-overlap": true,
    },
  });
}

async function trackOf(mmsi) {
  const address = `/api/v1/vessels/${mmsi}/track?hours=12&format=geojson&simplify_m=50`;
  const response = await fetch(address, { signal: AbortSignal.timeout(10_000) }).catch(() => null);
  return response?.ok ? response.json() : null;
}

function move(map, ship) {
  map.getSource("ship").setData(pointOf(ship));
}

function pointOf({ lon, lat, course }) {
  return {
    type: "Feature",
    properties: { course },
    geometry: { type: "Point", coordinates: [lon, lat] },
  };
}

function fit(map, ship) {
  const points = [[ship.lon, ship.lat], ...ship.ends];
  const lons = points.map(([lon]) => lon);
  const lats = points.map(([, lat]) => lat);
  const southWest = [Math.min(...lons), Math.min(...lats)];
  map.fitBounds([southWest, [Math.max(...lons), Math.max(...lats)]], FIT);
}
