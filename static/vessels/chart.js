// The chart under the ships: sea, coast, borders and a grid in the page's two colour schemes.

import { AttributionControl, Map, NavigationControl, ScaleControl } from "maplibre-gl";
import { fetchCoastline, graticule } from "./coastline.js";
import { onPaletteChange, palette } from "./palette.js";

const EMPTY = { type: "FeatureCollection", features: [] };
const TILES_FROM_ZOOM = 6;
const FINEST_TILES = 8;
const COARSE = ["land", "coast", "borders"];
const SOURCES_PAGE = "https://www.openstreetmap.org/copyright";
const PAINT = [
  ["sea", "background-color", "sea"],
  ["land", "fill-color", "land"],
  ["coast", "line-color", "coast"],
  ["borders", "line-color", "border"],
  ["near-land", "fill-color", "land"],
  ["near-coast", "line-color", "coast"],
  ["near-water", "fill-color", "sea"],
  ["near-rivers", "line-color", "sea"],
  ["near-borders", "line-color", "border"],
  ["grid", "line-color", "grid"],
];
// Some hundred metres at most, and never less than can be seen.
const RIVER_WIDTH = ["interpolate", ["exponential", 2], ["zoom"], 7, 0.8, 9, 1.2, 15, 60];

/**
 * A map that can take sources; rejects where there is no WebGL.
 * It fires "repaint" after its colours have changed.
 */
export async function createChart(container, { urls, texts, ...options }) {
  const map = new Map({
    container,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    maxPitch: 0,
    renderWorldCopies: true,
    maxZoom: 15,
    minZoom: 0.6,
    locale: texts.controls,
    ...options,
    style: style(palette()),
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  addControls(map, texts);
  await new Promise((resolve, reject) => {
    map.once("load", resolve);
    map.once("error", ({ error }) => reject(error));
  });
  addTiles(map, urls.tiles);
  await draw(map, urls.coarse);
  onPaletteChange(() => repaint(map));
  return map;
}

function addControls(map, texts) {
  map.addControl(new NavigationControl({ showCompass: false }), "bottom-right");
  map.addControl(new ScaleControl({ unit: "nautical" }), "bottom-left");
  const sources = document.createElement("a");
  Object.assign(sources, { href: SOURCES_PAGE, textContent: texts.attribution });
  const attribution = { compact: true, customAttribution: sources.outerHTML };
  map.addControl(new AttributionControl(attribution), "bottom-right");
}

/** The coast, water in land, rivers and borders of the squares in view, as soon as somebody is near. */
function addTiles(map, address) {
  const zooms = { minzoom: TILES_FROM_ZOOM, maxzoom: FINEST_TILES };
  map.addSource("tiles", { type: "vector", tiles: [location.origin + address], ...zooms });
  const colours = palette();
  const add = (id, of, look) => {
    const layer = { id, source: "tiles", "source-layer": of, minzoom: TILES_FROM_ZOOM, ...look };
    map.addLayer(layer);
  };
  const fill = (colour) => ({
    type: "fill",
    paint: { "fill-color": colour, "fill-antialias": false },
  });
  const stroke = (colour, width) => ({
    type: "line",
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": colour, "line-width": width },
  });
  add("near-land", "land", fill(colours.land));
  add("near-coast", "land", stroke(colours.coast, 0.9));
  add("near-water", "water", fill(colours.sea));
  add("near-rivers", "river", stroke(colours.sea, RIVER_WIDTH));
  add("near-borders", "border", stroke(colours.border, 0.8));
  hideCoarse(map);
}

/** Near, the coarse coast is drawn only until the first squares have come. */
function hideCoarse(map) {
  const hide = ({ sourceId }) => {
    const near = map.getZoom() >= TILES_FROM_ZOOM;
    if (sourceId !== "tiles" || !near || !map.isSourceLoaded("tiles")) return;
    map.off("sourcedata", hide);
    for (const layer of COARSE) map.setLayerZoomRange(layer, 0, TILES_FROM_ZOOM);
  };
  map.on("sourcedata", hide);
}

async function draw(map, url) {
  const coastline = await fetchCoastline(url);
  if (!coastline) return;
  for (const [name, data] of Object.entries(coastline)) map.getSource(name).setData(data);
}

function repaint(map) {
  const colours = palette();
  for (const [layer, property, colour] of PAINT) {
    map.setPaintProperty(layer, property, colours[colour]);
  }
  map.fire("repaint");
}

function style(colours) {
  return {
    version: 8,
    sources: {
      land: { type: "geojson", data: EMPTY, tolerance: 0.2 },
      coast: { type: "geojson", data: EMPTY, tolerance: 0.2 },
      borders: { type: "geojson", data: EMPTY },
      grid: { type: "geojson", data: graticule() },
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": colours.sea } },
      line("grid", colours.grid, 0.7),
      {
        id: "land",
        type: "fill",
        source: "land",
        paint: { "fill-color": colours.land, "fill-antialias": false },
      },
      line("borders", colours.border, 0.8),
      line("coast", colours.coast, 0.9),
    ],
  };
}

function line(id, colour, width) {
  return { id, type: "line", source: id, paint: { "line-color": colour, "line-width": width } };
}
