// The ships in view as a list that a keyboard and a screen reader can use.

const MAX_ROWS = 40;
const REFRESH_MS = 5_000;
const MARGIN_DEG = 0.2;
const MAX_NAMES = 2_000;

export class ShipList {
  /** `goTo(mmsi)` is called for the ship that is chosen. */
  constructor(body, texts, goTo) {
    this.body = body;
    this.texts = texts;
    this.goTo = goTo;
    this.names = new Map(); // MMSI -> name, or the MMSI for a ship that has none
    this.renderedAtMs = 0;
  }

  /** Show the fastest; at most every five seconds, and never while somebody is inside the list. */
  render(ships) {
    const tooSoon = Date.now() - this.renderedAtMs < REFRESH_MS;
    if (tooSoon || this.body.contains(document.activeElement)) return;
    this.renderedAtMs = Date.now();
    const fastest = ships.sort((a, b) => (b.knots ?? 0) - (a.knots ?? 0)).slice(0, MAX_ROWS);
    this.body.replaceChildren(...fastest.map((ship) => this.row(ship)));
    this.fetchNames(fastest.filter((ship) => !this.names.has(ship.mmsi)));
  }

  row(ship) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.mmsi = ship.mmsi;
    button.textContent = this.names.get(ship.mmsi) ?? ship.mmsi;
    button.addEventListener("click", () => this.goTo(ship.mmsi));
    const name = document.createElement("td");
    name.append(button);
    const row = document.createElement("tr");
    const speed = ship.knots === null ? "–" : `${ship.knots.toFixed(1)} kn`;
    row.append(name, cell(this.texts.types[ship.group] ?? ship.group), cell(speed, "num"));
    row.classList.toggle("stale", ship.stale);
    return row;
  }

  // One request for all of them: the box around the ships without a name.
  async fetchNames(unnamed) {
    if (!unnamed.length) return;
    const response = await fetch(`/api/vessels/live-positions/?${boxAround(unnamed)}`);
    if (!response.ok) return;
    for (const ship of (await response.json()).vessels) {
      if (ship.name) this.names.set(ship.mmsi, ship.name);
    }
    for (const ship of unnamed) {
      if (!this.names.has(ship.mmsi)) this.names.set(ship.mmsi, String(ship.mmsi));
    }
    for (const button of this.body.querySelectorAll("button")) {
      button.textContent = this.names.get(Number(button.dataset.mmsi)) ?? button.textContent;
    }
  }
}

function boxAround(ships) {
  const lats = ships.map((ship) => ship.lat);
  const lons = ships.map((ship) => ship.lon);
  return new URLSearchParams({
    lat_min: clamp(Math.min(...lats) - MARGIN_DEG, 90),
    lat_max: clamp(Math.max(...lats) + MARGIN_DEG, 90),
    lng_min: clamp(Math.min(...lons) - MARGIN_DEG, 180),
    lng_max: clamp(Math.max(...lons) + MARGIN_DEG, 180),
    limit: MAX_NAMES,
    max_age_seconds: 86_400,
  });
}

function clamp(value, limit) {
  return Math.max(-limit, Math.min(limit, value)).toFixed(4);
}

function cell(text, kind = "") {
  return Object.assign(document.createElement("td"), { textContent: text, className: kind });
}
