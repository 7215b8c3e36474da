// Traffic density under the ships: a square for each cell in which ships were; nothing where nobody was heard.

import { boxOf, legendOf, saying, shipsAt, squaresOf } from "./density_grid.js";
import { onPaletteChange, palette } from "./palette.js";

const URL = "/api/v1/vessels/density";
const REFRESH_MS = 300_000;
const AFTER_MOVE_MS = 400;
const NOTHING = { type: "FeatureCollection", features: [] };
const SQUARES = "density";
const OPACITY = 0.62;

export class DensityLayer {
  /** `box` switches it, `legend` explains it and says `texts`; `onChange()` after every switch. */
  constructor(map, { box, legend, texts, boundsOf, onChange }) {
    Object.assign(this, { map, box, legend, texts, boundsOf });
    this.answer = null;
    this.scale = legend.querySelector("[data-density=scale]");
    this.note = legend.querySelector("[data-density=note]");
    this.file = legend.querySelector("[data-density=csv]");
    map.addSource(SQUARES, { type: "geojson", data: NOTHING });
    map.addLayer({
      id: SQUARES,
      type: "fill",
      source: SQUARES,
      layout: { visibility: "none" },
      paint: { "fill-opacity": OPACITY, "fill-antialias": false },
    });
    this.paint();
    onPaletteChange(() => this.paint());
    map.on("moveend", () => this.askSoon(AFTER_MOVE_MS));
    box.addEventListener("change", () => {
      this.switch();
      onChange();
    });
  }

  /** Take what an address says: ?density=1. */
  setFrom(query) {
    this.box.checked = query.get("density") === "1";
    this.switch();
  }

  writeTo(query) {
    if (this.box.checked) query.set("density", "1");
    else query.delete("density");
  }

  switch() {
    this.legend.hidden = !this.box.checked;
    const visibility = this.box.checked ? "visible" : "none";
    this.map.setLayoutProperty(SQUARES, "visibility", visibility);
    this.askSoon(0);
  }

  askSoon(waitMs) {
    clearTimeout(this.timer);
    if (this.box.checked) this.timer = setTimeout(() => this.ask(), waitMs);
  }

  async ask() {
    const query = boxOf(this.boundsOf(this.map));
    const question = `${URL}?${query}`;
    this.asked = question;
    const answer = await answerTo(question);
    if (this.asked !== question || !this.box.checked) return; // the map has moved meanwhile
    this.file.href = `${question}&format=csv`;
    // The network has gone: what is drawn stays.
    if (answer) this.show(answer);
    else this.say(null);
    this.askSoon(REFRESH_MS);
  }

  show(answer) {
    this.answer = answer;
    this.map.getSource(SQUARES).setData(squaresOf(answer));
    this.say(answer);
    this.explain();
  }

  paint() {
    const colours = palette().density.flatMap((colour, at) => [at, colour]);
    const unknown = colours.at(-1);
    this.map.setPaintProperty(SQUARES, "fill-color", [
      "match",
      ["get", "class"],
      ...colours,
      unknown,
    ]);
    this.explain();
  }

  say(answer) {
    const { key, invented, from, to, until, ...numbers } = saying(answer);
    const values = { ...numbers, from: day(from), to: day(to), until: instant(until) };
    const parts = [key];
    if (values.hours) parts.push("heard", "squares");
    if (values.hours && !answer.features.length) parts.push("none");
    if (invented) parts.push("invented");
    this.note.textContent = parts.map((part) => filled(this.texts[part], values)).join(" ");
  }

  explain() {
    const classes = legendOf(this.answer?.features ?? [], number);
    const lines = classes.map(({ class: at, words }) => {
      const line = document.createElement("li");
      const swatch = document.createElement("span");
      swatch.className = "swatch square";
      swatch.setAttribute("aria-hidden", "true");
      swatch.style.background = palette().density[at];
      const said = document.createElement("bdi");
      Object.assign(said, { dir: "ltr", textContent: words });
      line.append(swatch, said);
      return line;
    });
    this.scale.replaceChildren(...lines);
  }

  /** How many ships a day there were at a point of the page; null where there is no cell. */
  at({ x, y }) {
    if (!this.box.checked) return null;
    const ships = shipsAt(this.answer, this.map.unproject([x, y]));
    return ships === null ? null : { density: ships };
  }

  tipOf({ density }) {
    return this.texts[this.answer.whole ? "ships" : "ships_so_far"].replace("{n}", number(density));
  }
}

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : value;
  });
}

function number(value) {
  return value.toLocaleString(document.documentElement.lang);
}

function day(iso) {
  return iso && written(iso, { dateStyle: "medium" });
}

function instant(iso) {
  return iso && written(iso, { timeStyle: "short" });
}

function written(iso, style) {
  return new Date(iso).toLocaleString(document.documentElement.lang, { ...style, timeZone: "UTC" });
}

async function answerTo(question) {
  try {
    const response = await fetch(question);
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
