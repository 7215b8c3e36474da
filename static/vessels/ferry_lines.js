// Ferry lines and ports with departures on the chart, under the ships; what is sold here leads to its search.

import { Popup } from "maplibre-gl";
import { untilAnswered } from "./asking.js";
import { palette } from "./palette.js";
import { popupCard } from "./popup_card.js";

const URL = "/api/v1/ferries/lines";
const NOTHING = { type: "FeatureCollection", features: [] };
const LINES = "ferry-lines";
const LISTED = "listed-lines";
const PORTS = "ferry-ports";
const REACH_PX = 5;
const LINES_FROM_ZOOM = 3;
const PORTS_FROM_ZOOM = 4;

export class FerryLines {
  /** `names` learns the ports; `box` switches lines and names; `onChange()` after every switch. */
  constructor(map, names, { box, texts, seasUrl, townsUrl, onChange }) {
    Object.assign(this, { map, names, box, texts });
    this.language = document.documentElement.lang;
    for (const source of [LINES, PORTS]) map.addSource(source, { type: "geojson", data: NOTHING });
    const isSold = ["get", "sold"];
    addLine(map, LISTED, ["!", isSold], { "line-width": 1, "line-dasharray": [3, 3] });
    addLine(map, LINES, isSold, { "line-width": 1.6 });
    map.addLayer({
      id: PORTS,
      type: "circle",
      source: PORTS,
      minzoom: PORTS_FROM_ZOOM,
      paint: { "circle-radius": 3.5, "circle-stroke-width": 1.2 },
    });
    this.recolour();
    map.on("repaint", () => this.recolour());
    box.addEventListener("change", () => {
      this.switch();
      onChange();
    });
    this.ask();
    this.nameSeas(seasUrl);
    this.nameTowns(townsUrl);
  }

  /** Take what an address says: ?lines=0 is a chart without them. */
  setFrom(query) {
    this.box.checked = query.get("lines") !== "0";
    this.switch();
  }

  writeTo(query) {
    if (this.box.checked) query.delete("lines");
    else query.set("lines", "0");
  }

  switch() {
    const visibility = this.box.checked ? "visible" : "none";
    for (const layer of [LISTED, LINES, PORTS])
      this.map.setLayoutProperty(layer, "visibility", visibility);
    this.names.shown = this.box.checked;
    this.map.triggerRepaint();
  }

  async ask() {
    const found = await untilAnswered(URL, { "Accept-Language": this.language });
    this.map.getSource(LINES).setData(found.lines);
    this.map.getSource(PORTS).setData(found.ports);
    this.names.setPorts(found.ports.features);
    this.map.triggerRepaint();
  }

  async nameSeas(url) {
    this.names.setSeas(await untilAnswered(url), this.language);
    this.map.triggerRepaint();
  }

  async nameTowns(url) {
    this.names.setTowns(await untilAnswered(url));
    this.map.triggerRepaint();
  }

  recolour() {
    const { ferryLine, ring } = palette();
    for (const layer of [LISTED, LINES]) this.map.setPaintProperty(layer, "line-color", ferryLine);
    this.map.setPaintProperty(PORTS, "circle-color", ferryLine);
    this.map.setPaintProperty(PORTS, "circle-stroke-color", ring);
  }

  /** The port or line at a point of the page, ports first; null where there is none. */
  at({ x, y }) {
    const box = [
      [x - REACH_PX, y - REACH_PX],
      [x + REACH_PX, y + REACH_PX],
    ];
    const found = this.map.queryRenderedFeatures(box, { layers: [PORTS, LINES, LISTED] });
    return found.length ? { ferry: found[0].properties } : null;
  }

  tipOf({ ferry }) {
    return ferry.name ?? listOf(ferry.names).join(" – ");
  }

  /** Show where a port or line leads to. */
  open(found, lngLat) {
    const { ferry } = found;
    const text = ferry.sold && !ferry.code ? this.texts.book : this.texts.departures;
    const said = [listOf(ferry.operators).join(", ")];
    const card = popupCard(this.tipOf(found), said, { href: ferry.href, text });
    this.popup?.remove();
    this.popup = new Popup({ maxWidth: "18rem" }).setLngLat(lngLat).setDOMContent(card);
    this.popup.addTo(this.map);
  }
}

// What the map gives back of a list is its JSON.
const listOf = (value) => (typeof value === "string" ? JSON.parse(value) : (value ?? []));

function addLine(map, id, filter, paint) {
  map.addLayer({
    id,
    type: "line",
    source: LINES,
    filter,
    minzoom: LINES_FROM_ZOOM,
    layout: { "line-cap": "round", "line-join": "round" },
    paint,
  });
}
