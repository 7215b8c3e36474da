// The chart under the ships: sea, coast, borders and a grid in the page's two colour schemes.

import { AttributionControl, Map, NavigationControl, ScaleControl } from "maplibre-gl";
import { fetchCoastline, graticule } from "./coastline.js";
import { onPaletteChange, palette } from "./palette.js";

const EMPTY = { type: "FeatureCollection", features: [] };
const FINE_ZOOM = 5.5;
const PAINT = [
  ["sea", "background-color", "sea"],
  ["land", "fill-color", "land"],
  ["coast", "line-color", "coast"],
  ["borders", "line-color", "border"],
  ["grid", "line-color", "grid"],
];

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
  await draw(map, urls.coarse);
  refineOnZoom(map, urls.fine);
  onPaletteChange(() => repaint(map));
  return map;
}

function addControls(map, texts) {
  map.addControl(new NavigationControl({ showCompass: false }), "bottom-right");
  map.addControl(new ScaleControl({ unit: "nautical" }), "bottom-left");
  const attribution = { compact: true, customAttribution: texts.attribution };
  map.addControl(new AttributionControl(attribution), "bottom-right");
}

/** Load the fine coastline (3 MB) once somebody is near enough to see the difference. */
function refineOnZoom(map, url) {
  const refine = () => {
    if (map.getZoom() < FINE_ZOOM) return;
    map.off("zoomend", refine);
    draw(map, url);
  };
  map.on("zoomend", refine);
  refine();
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
