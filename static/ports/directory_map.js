// The ports of the directory on a chart: as many as the list has on all of its pages. The address
// keeps the view (#map=zoom/lat/lon) and whether only ports with a rank are drawn (?ranked=1).

import { createChart } from "../vessels/chart.js";
import { onPaletteChange, palette } from "../vessels/palette.js";

const SOURCE = "ports";
const FIT = { padding: 40, maxZoom: 9, duration: 0 };
const section = document.querySelector(".directory-map");
const place = document.getElementById("directory-map");
const words = document.getElementById("directory-words");
const rankedOnly = document.getElementById("ranked-only");
const texts = JSON.parse(document.getElementById("map-texts").textContent);

start().catch(() => {
  section.hidden = true; // without WebGL the list is there
});

async function start() {
  const response = await fetch(place.dataset.src);
  if (!response.ok) throw new Error(`ports: ${response.status}`);
  const found = await response.json();
  section.hidden = false;
  const isInvented = found.sources.some(({ invented }) => invented);
  document.getElementById("directory-invented").hidden = !isInvented;
  const isGivenView = location.hash.startsWith("#map=");
  const map = await createChart("directory-map", {
    urls: texts.urls,
    texts,
    center: [10, 30],
    zoom: 1,
    hash: "map",
    cooperativeGestures: true,
  });
  if (!isGivenView && found.bbox) map.fitBounds(found.bbox, FIT);
  addPorts(map, found);
  followPointer(map);
  keepRankedOnly(map, found);
  onPaletteChange(() => recolour(map));
}

function addPorts(map, found) {
  map.addSource(SOURCE, { type: "geojson", data: drawn(found) });
  map.addLayer({
    id: SOURCE,
    type: "circle",
    source: SOURCE,
    layout: { "circle-sort-key": ["coalesce", ["get", "connectivity"], 0] },
    paint: {
      // By area: a port of four times the index has a point of twice the width.
      "circle-radius": ["+", 3, ["*", 0.28, ["sqrt", ["coalesce", ["get", "connectivity"], 0]]]],
      "circle-opacity": 0.75,
      "circle-stroke-width": 1,
    },
  });
  recolour(map);
}

function recolour(map) {
  const colours = palette();
  map.setPaintProperty(SOURCE, "circle-color", colours.cluster);
  map.setPaintProperty(SOURCE, "circle-stroke-color", colours.ring);
}

/** What is drawn: all, or those that have a rank. */
function drawn(found) {
  if (!rankedOnly.checked) return found;
  return { ...found, features: found.features.filter(({ properties }) => properties.rank) };
}

function followPointer(map) {
  map.on("mousemove", SOURCE, ({ features }) => {
    map.getCanvas().style.cursor = "pointer";
    words.textContent = described(features[0].properties);
  });
  map.on("mouseleave", SOURCE, () => {
    map.getCanvas().style.cursor = "";
    words.textContent = "";
  });
  map.on("click", SOURCE, ({ features }) => {
    if (features.length > 1 && map.getZoom() < 6) {
      map.easeTo({ center: features[0].geometry.coordinates, zoom: map.getZoom() + 2 });
    } else {
      location.assign(`/ports/${encodeURIComponent(features[0].properties.code)}`);
    }
  });
}

function described({ name, code, rank, connectivity }) {
  const ranked = rank ? texts.rank.replace("{n}", rank) : texts.not_ranked;
  const index = connectivity ? ` (${connectivity.toFixed(1)})` : "";
  return `${name} · ${code} · ${ranked}${index}`;
}

function keepRankedOnly(map, found) {
  const address = new URL(location.href);
  rankedOnly.checked = address.searchParams.get("ranked") === "1";
  const redraw = () => map.getSource(SOURCE).setData(drawn(found));
  if (rankedOnly.checked) redraw();
  rankedOnly.addEventListener("change", () => {
    const here = new URL(location.href);
    if (rankedOnly.checked) here.searchParams.set("ranked", "1");
    else here.searchParams.delete("ranked");
    history.replaceState(history.state, "", here);
    redraw();
  });
}
