// The chart under the ships: coastlines shipped with the page (Natural Earth), drawn in the page's two colour schemes.

import { AttributionControl, Map, NavigationControl, ScaleControl } from "maplibre-gl";
import { feature, mesh } from "topojson-client";

export const COLOURS = {
  passenger: "#1f6feb", "high-speed": "#8250df", cargo: "#2da44e", tanker: "#cf222e", fishing: "#bf8700",
  pleasure: "#c2379b", service: "#0598bc", military: "#57606a", aircraft: "#e16f24", "base-station": "#6e7781",
  aid: "#6e7781", distress: "#ff0000", other: "#768390",
};
const LIGHT = { sea: "#dcebf1", land: "#f3efe4", coast: "#a9b3a6", border: "#d3cdbd", grid: "#c6dde7", ring: "#ffffff", ink: "#0f2436" };
const DARK = { sea: "#0b1f2c", land: "#1b2a31", coast: "#3c5562", border: "#2b3d46", grid: "#123040", ring: "#06121a", ink: "#e9eff3" };
const EMPTY = { type: "FeatureCollection", features: [] };
const FINE_ZOOM = 5.5;

export function palette() {
  const chosen = document.documentElement.dataset.theme;
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  return dark ? DARK : LIGHT;
}

/** A map with coast, borders and grid; resolves when it can take sources. Throws where there is no WebGL. */
export async function chart(container, { urls, words, ...options }) {
  const colours = palette();
  const map = new Map({
    container, attributionControl: false, dragRotate: false, pitchWithRotate: false, renderWorldCopies: true,
    maxZoom: 15, minZoom: 0.6, locale: words.controls, ...options, style: style(colours),
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "bottom-right");
  map.addControl(new ScaleControl({ unit: "nautical" }), "bottom-left");
  map.addControl(new AttributionControl({ compact: true, customAttribution: words.attribution }), "bottom-right");
  await new Promise((resolve, reject) => { map.once("load", resolve); map.once("error", ({ error }) => reject(error)); });
  await coast(map, urls.coarse);
  let fine = false;
  const sharpen = async () => {
    if (fine || map.getZoom() < FINE_ZOOM) return;
    fine = true;
    await coast(map, urls.fine);
  };
  map.on("zoomend", sharpen);
  sharpen();
  const recolour = () => paint(map, palette());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
  new MutationObserver(recolour).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return map;
}

function style(colours) {
  return {
    version: 8,
    sources: {
      land: { type: "geojson", data: EMPTY, tolerance: 0.2 },
      coast: { type: "geojson", data: EMPTY, tolerance: 0.2 },
      borders: { type: "geojson", data: EMPTY },
      grid: { type: "geojson", data: grid() },
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": colours.sea } },
      { id: "grid", type: "line", source: "grid", paint: { "line-color": colours.grid, "line-width": 0.7 } },
      { id: "land", type: "fill", source: "land", paint: { "fill-color": colours.land, "fill-antialias": false } },
      { id: "borders", type: "line", source: "borders", paint: { "line-color": colours.border, "line-width": 0.8 } },
      { id: "coast", type: "line", source: "coast", paint: { "line-color": colours.coast, "line-width": 0.9 } },
    ],
  };
}

function paint(map, colours) {
  map.setPaintProperty("sea", "background-color", colours.sea);
  map.setPaintProperty("grid", "line-color", colours.grid);
  map.setPaintProperty("land", "fill-color", colours.land);
  map.setPaintProperty("borders", "line-color", colours.border);
  map.setPaintProperty("coast", "line-color", colours.coast);
  map.fire("recolour", { colours });
}

async function coast(map, url) {
  const answer = await fetch(url);
  if (!answer.ok) return;
  const atlas = await answer.json();
  map.getSource("land").setData(polygons(feature(atlas, atlas.objects.countries)));
  map.getSource("coast").setData(unrolledLines(mesh(atlas, atlas.objects.countries, (a, b) => a === b)));
  map.getSource("borders").setData(unrolledLines(mesh(atlas, atlas.objects.countries, (a, b) => a !== b)));
}

// The atlas is stitched for globes: Russia's ring jumps from 180 to -180 and Antarctica's goes once round the pole. On
// a flat map a ring must go on beyond 180 (the map wraps it), and one round the pole must be closed along the pole.
function polygons({ features }) {
  const found = [];
  for (const { geometry } of features) {
    for (const rings of geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates) {
      found.push({ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: rings.map(ring) } });
    }
  }
  return { type: "FeatureCollection", features: found };
}

function ring(points) {
  const flat = unrolled(points), first = flat[0], last = flat.at(-1);
  if (Math.abs(last[0] - first[0]) < 180) return flat;
  const pole = first[1] < 0 ? -90 : 90;
  return [...flat, [last[0], pole], [first[0], pole], first];
}

function unrolled(points) {
  let turns = 0;
  return points.map(([lon, lat], index) => {
    const before = index ? points[index - 1][0] : lon;
    if (lon - before > 180) turns -= 360;
    if (before - lon > 180) turns += 360;
    return [lon + turns, lat];
  });
}

function unrolledLines({ coordinates }) {
  return { type: "MultiLineString", coordinates: coordinates.map(unrolled) };
}

function grid() {
  const lines = [];
  for (let lon = -180; lon <= 180; lon += 10) lines.push([[lon, -85], [lon, 85]]);
  for (let lat = -80; lat <= 80; lat += 10) lines.push([[-180, lat], [180, lat]]);
  return { type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates: lines } };
}

/** Shapes to be coloured: a hull for ships that point somewhere, a disc for those that do not, drawn by hand as images. */
export function addShapes(map) {
  const colours = palette();
  for (const [group, colour] of Object.entries(COLOURS)) {
    for (const [name, draw] of [["hull", hull], ["disc", disc]]) {
      const id = `${name}-${group}`;
      if (map.hasImage(id)) map.removeImage(id);
      map.addImage(id, picture(colour, colours, draw), { pixelRatio: 2 });
    }
  }
}

function picture(colour, colours, draw) {
  const size = 44, canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  pen.lineWidth = 3;
  pen.lineJoin = "round";
  pen.fillStyle = colour;
  pen.strokeStyle = colours.ring;
  draw(pen, size);
  pen.stroke();
  pen.fill();
  return pen.getImageData(0, 0, size, size);
}

function hull(pen, size) {
  const middle = size / 2;
  pen.beginPath();
  pen.moveTo(middle, 3);
  pen.quadraticCurveTo(middle + 9, 13, middle + 8, 22);
  pen.lineTo(middle + 7, size - 5);
  pen.quadraticCurveTo(middle, size - 9, middle - 7, size - 5);
  pen.lineTo(middle - 8, 22);
  pen.quadraticCurveTo(middle - 9, 13, middle, 3);
  pen.closePath();
}

function disc(pen, size) {
  pen.beginPath();
  pen.arc(size / 2, size / 2, 8, 0, Math.PI * 2);
  pen.closePath();
}
