// The card of one ship on the live map: asked for anew while it is open, its age counted each second.

const TRACK = "track?hours=12&format=geojson&simplify_m=50";
const ASK_MS = 4_000;
const COUNT_MS = 1_000;
const TRACK_MS = 30_000;
const NEAR = "neighbours?limit=3&radius_m=10000";
const NEAR_MS = 8_000;
const METRES_PER_MILE = 1852;
const MINUTES_FROM_SECONDS = 120;

export class ShipCard {
  /**
   * `crossingOf(mmsi)` is a line on a crossing to book, or null; `onTrack(track)` gets the ship's
   * track as GeoJSON; `onDetail(ship)` what is known of it.
   */
  constructor(element, texts, { crossingOf, onTrack, onDetail }) {
    this.element = element;
    this.texts = texts;
    this.crossingOf = crossingOf;
    this.onTrack = onTrack;
    this.onDetail = onDetail;
    this.facts = element.querySelector("dl");
    this.title = element.querySelector("h2 a");
    this.mmsi = null;
    setInterval(() => this.mmsi !== null && this.ask(), ASK_MS);
    setInterval(() => this.mmsi !== null && this.age(), COUNT_MS);
    setInterval(() => this.mmsi !== null && this.askForTrack(), TRACK_MS);
    setInterval(() => this.mmsi !== null && this.askForNear(), NEAR_MS);
  }

  /** Show this ship; null closes the card. */
  async show(mmsi) {
    this.mmsi = mmsi;
    this.ship = null;
    this.near = null;
    this.element.hidden = mmsi === null;
    if (mmsi === null) return;
    this.title.textContent = mmsi;
    this.title.href = `/vessels/${mmsi}`;
    this.facts.replaceChildren();
    await Promise.all([this.ask(), this.askForTrack(), this.askForNear()]);
  }

  async ask() {
    const { mmsi } = this;
    const ship = await answer(`/api/v1/vessels/${mmsi}`);
    // Another one may have been chosen meanwhile; without an answer the card stays, and ages.
    if (this.mmsi !== mmsi) return;
    if (ship === null) {
      if (!this.ship) this.facts.replaceChildren(...fact(this.texts.card.state, this.texts.gone));
      return;
    }
    this.ship = ship;
    this.answeredAtMs = performance.now();
    this.onDetail(ship);
    this.render();
  }

  async askForTrack() {
    const { mmsi } = this;
    const track = await answer(`/api/v1/vessels/${mmsi}/${TRACK}`);
    if (track && this.mmsi === mmsi) this.onTrack(track);
  }

  async askForNear() {
    const { mmsi } = this;
    const near = await answer(`/api/v1/vessels/${mmsi}/${NEAR}`);
    if (this.mmsi !== mmsi) return;
    this.near = near;
    if (this.ship) this.render();
  }

  render() {
    this.title.textContent = this.ship.name ?? this.texts.unnamed;
    const facts = factsOf(this.ship, this.texts);
    const crossing = this.crossingOf(this.mmsi);
    if (crossing) facts.unshift([this.texts.card.crossing, crossing]);
    const near = nearText(this.near, this.texts);
    if (near) facts.push([this.texts.card.near, near]);
    const rows = facts.map(([term, value]) => fact(term, value));
    this.facts.replaceChildren(...rows.flat());
    this.ageText = rows.find(([, value]) => value.dataset.age !== undefined)?.[1];
    this.age();
  }

  age() {
    const position = this.ship?.position;
    if (!position || !this.ageText) return;
    const since = (performance.now() - this.answeredAtMs) / 1_000;
    this.ageText.textContent = ageText(position.age_seconds + since, position.stale, this.texts);
  }
}

async function answer(url) {
  try {
    const response = await fetch(url);
    return response.ok ? await response.json() : null;
  } catch {
    return null; // the network has gone: what is shown goes on ageing
  }
}

function factsOf(ship, texts) {
  const { card } = texts;
  const last = ship.position;
  return [
    [card.type, texts.types[ship.type] ?? ship.type],
    ["MMSI", ship.mmsi],
    ["IMO", ship.imo],
    [card.flag, ship.flag],
    [card.state, last && texts.status[last.status]],
    [card.speed, last && withUnit(last.sog_knots, 1, " kn")],
    [card.course, last && withUnit(last.cog_deg, 0, "°")],
    [card.destination, ship.destination],
    [card.eta, eta(ship, texts)],
    [card.predicted, predicted(ship.predicted_arrival, texts)],
    [card.size, ship.length_m && `${ship.length_m} × ${ship.beam_m ?? "?"} m`],
    [card.notes, notes(ship, texts)],
    [card.report, last && { age: true }],
    [card.source, sourceText(ship.source, texts)],
  ].filter(([, value]) => value !== null && value !== undefined && value !== "");
}

/** Where a ship's reports come from; of a recording, when it was made. Pure. */
export function sourceText(source, texts) {
  const said = texts.sources[source] ?? source;
  return source === "recorded" && texts.recording ? `${said} (${texts.recording})` : said;
}

/** The arrival with what was told of it: day and time, or the day alone. */
function eta({ eta_at: at, eta: told, eta_precision: precision }, { card }) {
  if (at) return `${formatted(new Date(at), { dateStyle: "medium", timeStyle: "short" })} UTC`;
  if (!told) return null;
  const day = formatted(new Date(told.slice(0, 10)), { dateStyle: "medium" });
  return precision === "hour" ? `${day}, ${told.slice(11, 13)} h UTC` : `${day} (${card.day})`;
}

/** The predicted arrival with its bounds, or why there is none. Pure but for the page's language. */
export function predicted(arrival, texts) {
  if (!arrival) return null;
  if (arrival.median_at === null) return texts.refusals[arrival.refusal] ?? null;
  const at = (iso, style) => formatted(new Date(iso), style);
  const bounds = [arrival.low_at, arrival.high_at].map((iso) => at(iso, { timeStyle: "short" }));
  return `${at(arrival.median_at, { dateStyle: "medium", timeStyle: "short" })} UTC (${bounds.join("–")})`;
}

/** The ships nearby, a line each: name, distance, and how close they will come in how long. Pure. */
export function nearText(answer, { card }) {
  if (!answer) return null;
  const lines = answer.neighbours.map((ship) => {
    const parts = [String(ship.name ?? ship.mmsi), miles(ship.distance_m)];
    if (ship.cpa_m !== null && !answer.in_harbour) {
      const minutes = Math.round(ship.tcpa_seconds / 60);
      parts.push(card.cpa.replace("{d}", miles(ship.cpa_m)).replace("{t}", minutes));
    }
    return (ship.is_close ? "⚠ " : "") + parts.join(" · ");
  });
  if (answer.in_harbour) lines.push(card.in_harbour);
  return lines.join("\n") || null;
}

function miles(metres) {
  return `${(metres / METRES_PER_MILE).toFixed(1)} nm`;
}

function formatted(date, options) {
  return date.toLocaleString(document.documentElement.lang, { ...options, timeZone: "UTC" });
}

function notes(ship, texts) {
  const flags = new Set([...ship.flags, ...(ship.position?.flags ?? [])]);
  return [...flags]
    .map((flag) => texts.flags[flag])
    .filter(Boolean)
    .join(" · ");
}

function withUnit(value, digits, unit) {
  return value === null ? null : value.toFixed(digits) + unit;
}

/** "12 s ago", in minutes from two on. Pure. */
export function ageText(ageSeconds, stale, texts) {
  const seconds = Math.round(ageSeconds);
  const inMinutes = seconds >= MINUTES_FROM_SECONDS;
  const text = inMinutes ? `${Math.round(seconds / 60)} min` : `${seconds} s`;
  return texts.ago.replace("{t}", text) + (stale ? ` · ${texts.stale}` : "");
}

function fact(term, value) {
  const shown = document.createElement("dd");
  if (value?.age) shown.dataset.age = "";
  else shown.append(value);
  return [Object.assign(document.createElement("dt"), { textContent: term }), shown];
}
