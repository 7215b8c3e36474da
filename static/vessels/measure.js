// Measuring on the chart: a line of points, its length in nautical miles, the bearing of its last leg,
// and the way from its points to an alert of that area.

import { bearingDeg, distanceM } from "./sphere.js";

const METRES_PER_MILE = 1852;
const COLOUR = "#c2410c";
const MOST = 50;

export class Measure {
  /** `button` switches it on and off, `output` says what was measured. */
  constructor(map, button, output, texts) {
    this.map = map;
    this.button = button;
    this.output = output;
    this.texts = texts;
    this.points = [];
    this.active = false;
    button.addEventListener("click", () => this.turn(!this.active));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.active) this.turn(false);
    });
  }

  turn(on) {
    this.active = on;
    this.button.setAttribute("aria-pressed", String(on));
    this.map.getContainer().classList.toggle("measuring", on);
    this.points = [];
    this.output.hidden = !on;
    if (!this.map.getSource("measure")) addLayers(this.map);
    this.show();
  }

  /** Take a click on the map. */
  add({ lng, lat }) {
    if (this.points.length < MOST) this.points.push([lng, lat]);
    this.show();
  }

  show() {
    this.map.getSource("measure").setData(featuresOf(this.points));
    this.output.replaceChildren(this.points.length ? measured(this.points) : this.texts.how);
    const query = alertQuery(this.points);
    if (!query) return;
    const link = document.createElement("a");
    link.href = `/vessels/alerts/new?${query}`;
    link.textContent = this.texts.alert;
    this.output.append(" · ", link);
  }
}

/** "12.3 nm · 045°" of points [longitude, latitude]. Pure. */
export function measured(points) {
  let metres = 0;
  let bearing = "";
  for (let i = 1; i < points.length; i++) {
    metres += distanceM(points[i - 1], points[i]);
    const degrees = Math.round(bearingDeg(points[i - 1], points[i])) % 360;
    bearing = ` · ${String(degrees).padStart(3, "0")}°`;
  }
  return `${(metres / METRES_PER_MILE).toFixed(metres < 18_520 ? 2 : 1)} nm${bearing}`;
}

/** What the form of an alert is asked with: one point is a circle, three are an area. Pure. */
export function alertQuery(points) {
  const at = points.map(([lng, lat]) => [lat.toFixed(4), wrap(lng).toFixed(4)]);
  if (at.length === 1) return new URLSearchParams({ lat: at[0][0], lng: at[0][1] }).toString();
  if (at.length < 3) return "";
  return new URLSearchParams({ polygon: at.map((pair) => pair.join(",")).join(" ") }).toString();
}

function wrap(lng) {
  return ((((lng + 180) % 360) + 360) % 360) - 180;
}

function featuresOf(points) {
  const features = points.map((at) => feature("Point", at));
  if (points.length > 1) features.push(feature("LineString", points));
  return { type: "FeatureCollection", features };
}

function feature(type, coordinates) {
  return { type: "Feature", properties: {}, geometry: { type, coordinates } };
}

function addLayers(map) {
  map.addSource("measure", { type: "geojson", data: featuresOf([]) });
  map.addLayer({
    id: "measure-line",
    type: "line",
    source: "measure",
    paint: { "line-color": COLOUR, "line-width": 2, "line-dasharray": [2, 1.5] },
  });
  map.addLayer({
    id: "measure-points",
    type: "circle",
    source: "measure",
    filter: ["==", ["geometry-type"], "Point"],
    paint: { "circle-color": COLOUR, "circle-radius": 4 },
  });
}
