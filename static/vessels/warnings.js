// What authorities warn ships of: areas and places on the chart, asked for anew every five minutes.

import { Popup } from "maplibre-gl";
import { popupCard } from "./popup_card.js";

const ASK_MS = 300_000;
const URL = "/api/v1/vessels/warnings.geojson?limit=1000"; // as many as the API gives at once
const MOST_PAGES = 10;
const NOTHING = { type: "FeatureCollection", features: [] };
const AREAS = "warning-areas";
const EDGES = "warning-edges";
const PLACES = "warning-places";
const LAYERS = [AREAS, EDGES, PLACES];
const REACH_PX = 6;
const COLOUR = [
  "match",
  ["get", "kind"],
  "piracy",
  "#b3261e",
  "danger-area",
  "#b4008f",
  "weather",
  "#9a5b00",
  "#5a4bb5",
];

export class WarningLayer {
  /** `box` switches it, `note` says how many there are; `onChange()` after every switch. */
  constructor(map, { box, note, texts, onChange }) {
    Object.assign(this, { map, box, note, texts });
    map.addSource("warnings", { type: "geojson", data: NOTHING });
    map.addLayer({
      id: AREAS,
      type: "fill",
      source: "warnings",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": COLOUR, "fill-opacity": 0.14 },
    });
    map.addLayer({
      id: EDGES,
      type: "line",
      source: "warnings",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "line-color": COLOUR, "line-width": 1.4, "line-dasharray": [4, 2] },
    });
    map.addLayer({
      id: PLACES,
      type: "circle",
      source: "warnings",
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-color": COLOUR,
        "circle-radius": 5,
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": 1.5,
      },
    });
    box.addEventListener("change", () => {
      this.switch();
      onChange();
    });
    setInterval(() => this.ask(), ASK_MS);
    this.ask();
  }

  /** Take what an address says: ?warnings=0 is a chart without them. */
  setFrom(query) {
    this.box.checked = query.get("warnings") !== "0";
    this.switch();
  }

  writeTo(query) {
    if (this.box.checked) query.delete("warnings");
    else query.set("warnings", "0");
  }

  switch() {
    const visibility = this.box.checked ? "visible" : "none";
    for (const layer of LAYERS) this.map.setLayoutProperty(layer, "visibility", visibility);
    this.map.triggerRepaint();
  }

  async ask() {
    const found = await answer();
    if (!found) return; // the network has gone: what is drawn stays
    this.map.getSource("warnings").setData(found);
    this.note.textContent = String(found.features.length);
  }

  /** The warning at a point of the page; null where there is none. */
  at({ x, y }) {
    const near = [
      [x - REACH_PX, y - REACH_PX],
      [x + REACH_PX, y + REACH_PX],
    ];
    const found = this.map.queryRenderedFeatures(near, { layers: [PLACES, AREAS] });
    return found.length ? { warning: found[0].properties } : null;
  }

  tipOf({ warning }) {
    return `${this.texts.kinds[warning.kind]}: ${warning.title}`;
  }

  /** Show what is warned of, who says so and for how long; the page of warnings has all of it. */
  open({ warning }, lngLat) {
    const card = warningCard(warning, this.texts);
    this.popup?.remove();
    this.popup = new Popup({ maxWidth: "20rem" }).setLngLat(lngLat).setDOMContent(card);
    this.popup.addTo(this.map);
  }
}

/** What its popup says. */
export function warningCard(warning, texts) {
  const invented = warning.invented ? ` · ${texts.invented}` : "";
  const kind = `${texts.kinds[warning.kind]} · ${warning.publisher}${invented}`;
  const way = { href: `/vessels/warnings?warning=${warning.id}`, text: texts.read };
  return popupCard(warning.title, [kind, validity(warning, texts)], way);
}

function validity({ starts_at: starts, ends_at: ends }, texts) {
  const until = ends ? texts.until.replace("{t}", utc(ends)) : texts.withdrawn;
  return `${texts.from.replace("{t}", utc(starts))} · ${until}`;
}

function utc(iso) {
  const style = { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" };
  return `${new Date(iso).toLocaleString(document.documentElement.lang, style)} UTC`;
}

/** All warnings in force, page after page; null where the network has gone. */
async function answer() {
  const found = { type: "FeatureCollection", features: [] };
  let address = URL;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const part = await get(address);
    if (!part) return null;
    found.features.push(...part.features);
    if (!part.next_cursor) break;
    address = `${URL}&cursor=${part.next_cursor}`;
  }
  return found;
}

async function get(address) {
  try {
    const response = await fetch(address);
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
