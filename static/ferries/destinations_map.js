// The list of places that one can reach, on a chart: each with its name and lowest price, a line from
// here to there. A place that would cover another one is a point with a name that a pointer shows.

import { LngLatBounds, Marker } from "maplibre-gl";
import { createChart } from "../vessels/chart.js";
import { onPaletteChange, palette } from "../vessels/palette.js";

const WAYS = "ways";
const FIT = { padding: { top: 56, bottom: 40, left: 72, right: 72 }, maxZoom: 8, duration: 0 };
const NEAR_PX = [110, 46]; // as wide and as high as a name with its price
const container = document.getElementById("destinations-map");
const texts = JSON.parse(document.getElementById("map-texts").textContent);
const from = JSON.parse(container.dataset.from);
const places = [...document.querySelectorAll("[data-place]")].map((link) => ({
  at: JSON.parse(link.dataset.place),
  href: link.href,
  name: link.querySelector(".name").textContent.trim(),
  price: link.querySelector(".price")?.lastChild.textContent.trim() ?? "",
}));

start().catch(() => {
  container.hidden = true; // without WebGL the list is there
});

async function start() {
  const bounds = places.reduce((all, { at }) => all.extend(at), new LngLatBounds(from, from));
  const map = await createChart(container.id, {
    urls: texts.urls,
    texts,
    bounds,
    fitBoundsOptions: FIT,
    cooperativeGestures: true,
  });
  addWays(map);
  addPlaces(map);
}

function addWays(map) {
  const features = places.map(({ at }) => ({
    type: "Feature",
    properties: {},
    geometry: { type: "LineString", coordinates: [from, at] },
  }));
  map.addSource(WAYS, { type: "geojson", data: { type: "FeatureCollection", features } });
  map.addLayer({
    id: WAYS,
    type: "line",
    source: WAYS,
    paint: { "line-width": 1.5, "line-dasharray": [2, 2] },
  });
  const recolour = () => map.setPaintProperty(WAYS, "line-color", palette().cluster);
  recolour();
  onPaletteChange(recolour);
}

function addPlaces(map) {
  const here = document.createElement("span");
  here.className = "place-pill here";
  here.textContent = container.dataset.name;
  new Marker({ element: here }).setLngLat(from).addTo(map);
  const markers = places.map((place) => ({ place, marker: marked(map, place) }));
  const arrange = () => makeRoom(map, markers);
  arrange();
  map.on("zoomend", arrange);
}

function marked(map, { at, href }) {
  const element = document.createElement("a");
  element.href = href;
  return new Marker({ element }).setLngLat(at).addTo(map);
}

/** Give names to as many places as have room, what has a price first (the list's order). */
function makeRoom(map, markers) {
  const named = [map.project(from)];
  for (const { place, marker } of markers) {
    const point = map.project(place.at);
    const isFree = named.every(
      ({ x, y }) => Math.abs(x - point.x) > NEAR_PX[0] || Math.abs(y - point.y) > NEAR_PX[1],
    );
    if (isFree) named.push(point);
    dress(marker.getElement(), place, isFree);
  }
}

function dress(link, { name, price }, isNamed) {
  const words = [name, price].filter(Boolean).join(" · ");
  link.classList.toggle("place-pill", isNamed);
  link.classList.toggle("place-dot", !isNamed);
  link.title = isNamed ? "" : words;
  link.setAttribute("aria-label", words);
  link.replaceChildren();
  if (!isNamed) return;
  link.append(name);
  if (!price) return;
  const amount = document.createElement("b");
  amount.textContent = price;
  link.append(amount);
}
