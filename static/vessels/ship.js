// A ship's own page: its track of the last day and its last place on a small chart.

import { addShapes, chart } from "./chart.js";

const words = JSON.parse(document.getElementById("map-words").textContent);

start().catch(() => { document.getElementById("chart").hidden = true; });

async function start() {
  const answer = await fetch(`/api/v1/vessels/${words.mmsi}/track?hours=24&format=geojson&simplify_m=20`);
  const way = answer.ok ? await answer.json() : null;
  const { lon, lat, heading, group } = words.last;
  const map = await chart("chart", { urls: words.urls, words, center: [lon, lat], zoom: 8, cooperativeGestures: true });
  addShapes(map);
  map.on("recolour", () => addShapes(map));
  if (way) {
    map.addSource("track", { type: "geojson", data: way });
    map.addLayer({ id: "track", type: "line", source: "track", layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": "#d8432b", "line-width": 2.5 } });
    fit(map, way.geometry.coordinates.flat(), [lon, lat]);
  }
  map.addSource("ship", { type: "geojson", data: { type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [lon, lat] } } });
  map.addLayer({
    id: "ship", type: "symbol", source: "ship",
    layout: { "icon-image": `${heading === null ? "disc" : "hull"}-${group}`, "icon-rotate": heading ?? 0, "icon-rotation-alignment": "map", "icon-allow-overlap": true },
  });
  window.liveMap = { map, ready: true };
}

function fit(map, points, last) {
  const lons = [...points, last].map(([lon]) => lon), lats = [...points, last].map(([, lat]) => lat);
  const box = [[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]];
  map.fitBounds(box, { padding: 48, maxZoom: 10, duration: 0 });
}
