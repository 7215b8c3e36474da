// Which ships are shown: by group (the boxes are the map's legend, too), speed, flag, state, length,
// destination and source. What is chosen is part of the address.

import { GROUP_COLOURS } from "./ship_colours.js";

const SOURCES = { 1: "nmea", 2: "aisstream", 3: "mirror", 4: "aishub", 5: "recorded" };
Object.assign(SOURCES, { 8: "simulated", 9: "sandbox" });
// vessels.ship_types.NavigationStatus, by number; 9, 10, 12 and 13 are reserved or rare.
const STATUSES = [
  "under-way",
  "at-anchor",
  "not-under-command",
  "restricted",
  "constrained-by-draught",
  "moored",
  "aground",
  "fishing",
  "sailing",
];
// Names in the address, and the ids of their fields.
const FIELDS = {
  speed_min: "least-speed",
  flag: "flag",
  status: "state",
  length_min: "least-length",
  destination: "destination",
  source: "source",
};

export class ShipFilter {
  /** `onChange()` is called when something else is to be shown; `directory` knows ships' voyages. */
  constructor(element, { onChange, directory, mids }) {
    this.directory = directory;
    this.mids = mids;
    this.boxes = [...element.querySelectorAll("input[type=checkbox]")];
    this.fields = {};
    for (const [name, id] of Object.entries(FIELDS)) {
      this.fields[name] = element.querySelector(`#${id}`);
    }
    fillFlags(this.fields.flag, mids);
    const changed = () => {
      this.read();
      onChange();
    };
    for (const box of this.boxes) {
      box.parentElement.querySelector(".swatch").style.background = GROUP_COLOURS[box.value];
      box.addEventListener("change", changed);
    }
    for (const field of Object.values(this.fields)) field.addEventListener("input", changed);
    this.read();
  }

  shows(ship) {
    if (ship.count > 1) return true; // a cluster counts all of its ships
    if (this.hidden.has(ship.group) || (ship.knots ?? 0) < this.leastKnots) return false;
    if (this.flagMids && !this.flagMids.has(Math.floor(ship.mmsi / 1_000_000))) return false;
    if (this.chosen.status && STATUSES[ship.status] !== this.chosen.status) return false;
    if (this.chosen.source && SOURCES[ship.source] !== this.chosen.source) return false;
    return !this.asksDirectory || this.fits(this.directory.voyageOf(ship.mmsi));
  }

  /** Have the voyages of these ships looked up, where the filter needs them. */
  want(ships) {
    if (!this.asksDirectory) return;
    const single = ships.filter(({ count }) => count <= 1);
    this.directory.want(single.slice(0, 2_000).map(({ mmsi }) => mmsi));
  }

  /** Take what an address says: ?hide=cargo,tanker&speed_min=5&flag=NO. */
  setFrom(query) {
    const hidden = new Set((query.get("hide") ?? "").split(","));
    for (const box of this.boxes) box.checked = !hidden.has(box.value);
    for (const [name, field] of Object.entries(this.fields)) field.value = query.get(name) ?? "";
    this.read();
  }

  /** Write what is chosen into an address. */
  writeTo(query) {
    set(query, "hide", [...this.hidden].join(","));
    for (const [name, field] of Object.entries(this.fields)) set(query, name, field.value);
  }

  read() {
    this.hidden = new Set(this.boxes.filter((box) => !box.checked).map((box) => box.value));
    this.chosen = {};
    for (const [name, field] of Object.entries(this.fields)) this.chosen[name] = field.value.trim();
    this.leastKnots = Math.max(0, Number(this.chosen.speed_min) || 0);
    this.leastMetres = Math.max(0, Number(this.chosen.length_min) || 0);
    this.words = this.chosen.destination.toUpperCase();
    this.flagMids = this.chosen.flag ? new Set(this.mids[this.chosen.flag] ?? []) : null;
    this.asksDirectory = this.leastMetres > 0 || this.words !== "";
  }

  /** Whether a voyage fits; one that nobody has told of does not. */
  fits(voyage) {
    if (!voyage) return false;
    if (this.leastMetres && (voyage.length ?? 0) < this.leastMetres) return false;
    return !this.words || (voyage.destination ?? "").toUpperCase().includes(this.words);
  }
}

/** The states of the world in the page's language, in its order. */
function fillFlags(select, mids) {
  const language = document.documentElement.lang || "en";
  const names = new Intl.DisplayNames([language], { type: "region" });
  const states = Object.keys(mids).map((code) => [names.of(code), code]);
  states.sort(([a], [b]) => a.localeCompare(b, language));
  for (const [name, code] of states) select.append(new Option(name, code));
}

function set(query, name, value) {
  if (value === "") query.delete(name);
  else query.set(name, value);
}
