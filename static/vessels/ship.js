// A ship's own page: its track of the last day and its last place on a small chart.

import { createChart } from "./chart.js";
import { addShipIcons, iconOf } from "./ship_icons.js";

const TRACK = "track?hours=24&format=geojson&simplify_m=20";
const FIT = { padding: 48, maxZoom: 10, duration: 0 };

start().catch(() => {
  document.getElementById("chart").hidden = true;
});

async function start() {
  const texts = JSON.parse(document.getElementById("map-texts").textContent);
  const { lon, lat, heading, group } = texts.last;
  const response = await fetch(`/api/v1/vessels/${texts.mmsi}/${TRACK}`);
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
  map.addSource("ship", { type: "geojson", data: { type: "Point", coordinates: [lon, lat] } });
  map.addLayer({
    id: "ship",
    type: "symbol",
    source: "ship",
    layout: {
      "icon-image": iconOf({ directed: heading !== null, group }),
      "icon-rotate": heading ?? 0,
      "icon-rotation-alignment": "map",
      "icon-allow-overlap": true,
    },
  });
}

function drawTrack(map, track, last) {
  map.addSource("track", { type: "geojson", data: track });
  map.addLayer({
    id: "track",
    type: "line",
    source: "track",
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": "#d8432b", "line-width": 2.5 },
  });
  const points = [...track.geometry.coordinates.flat(), last];
  // Nearer than half a turn to the last place, so that a track across 180 degrees is not a world wide.
  const lons = points.map(([lon]) => lon + 360 * Math.round((last[0] - lon) / 360));
  const lats = points.map(([, lat]) => lat);
  const southWest = [Math.min(...lons), Math.min(...lats)];
  const northEast = [Math.max(...lons), Math.max(...lats)];
  map.fitBounds([southWest, northEast], FIT);
}
