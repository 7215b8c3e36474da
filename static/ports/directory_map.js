// The ports of the directory on a chart: as many as the list has on all of its pages. What is chosen here is marked
// in the list, and the other way round. The address keeps the view (#map=zoom/lat/lon), the port (?chosen=GRPIR) and
// whether only ports with a rank are drawn (?ranked=1).

import { createChart } from "../vessels/chart.js";
import { onPaletteChange, palette } from "../vessels/palette.js";
import { ChosenPort } from "./chosen_port.js";
import { PortLabels } from "./port_labels.js";

const SOURCE = "ports";
const MARKED = "marked-ports";
const CHOSEN_ZOOM = 6;
const FIT = { padding: 40, maxZoom: 9, duration: 0 };
// As in port_labels.js: names keep clear of points.
const RADIUS = ["+", 3, ["*", 0.28, ["sqrt", ["coalesce", ["get", "connectivity"], 0]]]];
const section = document.querySelector(".directory-map");
const place = document.getElementById("directory-map");
const rankedOnly = document.getElementById("ranked-only");
const texts = JSON.parse(document.getElementById("map-texts").textContent);

start().catch(() => {
  section.hidden = true; // without WebGL the list is there
});

async function start() {
  const headers = { "Accept-Language": document.documentElement.lang };
  const response = await fetch(place.dataset.src, { headers });
  if (!response.ok) throw new Error(`ports: ${response.status}`);
  const found = await response.json();
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
  const chosen = followChoice(map, found, isGivenView);
  followPointer(map, chosen);
  drawAgain(map, found);
  onPaletteChange(() => recolour(map));
}

function addPorts(map, found) {
  map.addSource(SOURCE, { type: "geojson", data: found });
  map.addLayer({
    id: SOURCE,
    type: "circle",
    source: SOURCE,
    layout: { "circle-sort-key": ["coalesce", ["get", "connectivity"], 0] },
    paint: { "circle-radius": RADIUS, "circle-opacity": 0.75, "circle-stroke-width": 1 },
  });
  map.addLayer({
    id: MARKED,
    type: "circle",
    source: SOURCE,
    filter: ["in", ["get", "code"], ["literal", []]],
    paint: {
      "circle-radius": ["+", 4, RADIUS],
      "circle-opacity": 0,
      "circle-stroke-width": 3,
    },
  });
  recolour(map);
}

function recolour(map) {
  const colours = palette();
  map.setPaintProperty(SOURCE, "circle-color", colours.cluster);
  map.setPaintProperty(SOURCE, "circle-stroke-color", colours.ring);
  map.setPaintProperty(MARKED, "circle-stroke-color", colours.ink);
}

function followChoice(map, found, isGivenView) {
  const chosen = new ChosenPort(found.features, texts, Number(place.dataset.rankedOnAPage));
  chosen.onMark = (codes) => map.setFilter(MARKED, ["in", ["get", "code"], ["literal", codes]]);
  chosen.onChoose = (port) => {
    const zoom = Math.max(map.getZoom(), CHOSEN_ZOOM);
    map.easeTo({ center: port.geometry.coordinates, zoom });
  };
  chosen.fromAddress({ isShown: isGivenView });
  return chosen;
}

function followPointer(map, chosen) {
  map.on("mousemove", SOURCE, ({ features }) => {
    map.getCanvas().style.cursor = "pointer";
    chosen.point(features[0].properties.code);
  });
  map.on("mouseleave", SOURCE, () => {
    map.getCanvas().style.cursor = "";
    chosen.point(null);
  });
  map.on("click", SOURCE, ({ features }) => chosen.choose(features[0].properties.code));
}

/** Draw all, or those that have a rank, with the names of as many as have room. */
function drawAgain(map, found) {
  const labels = new PortLabels(map);
  const draw = () => {
    const isDrawn = ({ properties }) => properties.rank || !rankedOnly.checked;
    const features = found.features.filter(isDrawn);
    map.getSource(SOURCE).setData({ ...found, features });
    labels.show(features);
  };
  rankedOnly.checked = new URL(location.href).searchParams.get("ranked") === "1";
  draw();
  rankedOnly.addEventListener("change", () => {
    const here = new URL(location.href);
    if (rankedOnly.checked) here.searchParams.set("ranked", "1");
    else here.searchParams.delete("ranked");
    history.replaceState(history.state, "", here);
    draw();
  });
}
