// A ship's own page: its track of the last day and its last place on a small chart.

import { createChart } from "./chart.js";
import { palette } from "./palette.js";
import { addShipIcons, iconOf } from "./ship_icons.js";
import { speedLines } from "./speed_track.js";

const FIT = { padding: 48, maxZoom: 10, duration: 0 };

start().catch(() => {
  document.getElementById("chart").hidden = true;
});

async function start() {
  const texts = JSON.parse(document.getElementById("map-texts").textContent);
  const [{ lon, lat }] = texts.stations;
  const response = await fetch(`/api/v1/vessels/${texts.mmsi}/track?hours=24`);
  const track = response.ok ? await response.json() : null;
  const map = await createChart("chart", {
    urls: texts.urls,
    texts,
    center: [lon, lat],
    zoom: 8,
    cooperativeGestures: true,
  });
  addShipIcons(map);
  map.on("repaint", () => addShipIcons(map));
  if (track) drawTrack(map, track, [lon, lat]);
  drawStations(map, texts.stations);
}

// One, or several under a number that they share.
function drawStations(map, stations) {
  const features = stations.map(({ lon, lat, heading, group }) => ({
    type: "Feature",
    properties: { icon: iconOf({ directed: heading !== null, group }), heading: heading ?? 0 },
    geometry: { type: "Point", coordinates: [lon, lat] },
  }));
  map.addSource("ship", { type: "geojson", data: { type: "FeatureCollection", features } });
  map.addLayer({
    id: "ship",
    type: "symbol",
    source: "ship",
    layout: {
      "icon-image": ["get", "icon"],
      "icon-rotate": ["get", "heading"],
      "icon-rotation-alignment": "map",
      "icon-allow-overlap": true,
    },
  });
}

// The legend under the chart has the steps and their colours.
function drawTrack(map, track, last) {
  const legend = [...document.querySelectorAll("#speeds [data-from-knots]")];
  const steps = legend.slice(1).map((entry) => Number(entry.dataset.fromKnots));
  const lines = speedLines(track, steps);
  map.addSource("track", { type: "geojson", data: lines });
  const round = { "line-cap": "round", "line-join": "round" };
  map.addLayer({
    id: "track-edge",
    type: "line",
    source: "track",
    layout: round,
    paint: { "line-color": palette().ring, "line-width": 5 },
  });
  map.addLayer({
    id: "track",
    type: "line",
    source: "track",
    layout: round,
    paint: { "line-width": 3 },
  });
  colour(map, legend);
  map.on("repaint", () => colour(map, legend));
  fit(map, lines, last);
}

function colour(map, legend) {
  const colours = legend.map((entry) => getComputedStyle(entry).getPropertyValue("--speed"));
  const byClass = colours.slice(0, -1).flatMap((each, number) => [number, each]);
  const fastest = colours.at(-1);
  const known = ["match", ["get", "speed"], ...byClass, fastest];
  const none = palette().coast;
  map.setPaintProperty("track", "line-color", [
    "case",
    ["==", ["get", "speed"], null],
    none,
    known,
  ]);
  map.setPaintProperty("track-edge", "line-color", palette().ring);
}

function fit(map, lines, last) {
  const points = [...lines.features.flatMap(({ geometry }) => geometry.coordinates), last];
  // Nearer than half a turn to the last place, so that a track across 180 degrees is not a world wide.
  const lons = points.map(([lon]) => lon + 360 * Math.round((last[0] - lon) / 360));
  const lats = points.map(([, lat]) => lat);
  const southWest = [Math.min(...lons), Math.min(...lats)];
  const northEast = [Math.max(...lons), Math.max(...lats)];
  map.fitBounds([southWest, northEast], FIT);
}
