// The card of one ship on the live map.

const TRACK = "track?hours=12&format=geojson&simplify_m=50";
const MINUTES_FROM_SECONDS = 120;

/** Fill the card; return the ship's track of the last 12 hours as GeoJSON, null without one. */
export async function fillShipCard(card, mmsi, texts) {
  const facts = card.querySelector("dl");
  const title = card.querySelector("h2 a");
  title.textContent = mmsi;
  title.href = `/vessels/${mmsi}`;
  facts.replaceChildren();
  const [detail, track] = await Promise.all([
    fetch(`/api/v1/vessels/${mmsi}`),
    fetch(`/api/v1/vessels/${mmsi}/${TRACK}`),
  ]);
  if (!detail.ok) {
    facts.append(...fact(texts.card.state, texts.gone));
    return null;
  }
  const ship = await detail.json();
  title.textContent = ship.name ?? texts.unnamed;
  for (const [term, value] of factsOf(ship, texts)) facts.append(...fact(term, value));
  return track.ok ? track.json() : null;
}

function factsOf(ship, texts) {
  const { card } = texts;
  const last = ship.position;
  return [
    [card.type, texts.types[ship.type] ?? ship.type],
    ["MMSI", ship.mmsi],
    ["IMO", ship.imo],
    [card.state, last && texts.status[last.status]],
    [card.speed, last && withUnit(last.sog_knots, 1, " kn")],
    [card.course, last && withUnit(last.cog_deg, 0, "°")],
    [card.destination, ship.destination],
    [card.eta, ship.eta_at && utc(ship.eta_at)],
    [card.size, ship.length_m && `${ship.length_m} × ${ship.beam_m ?? "?"} m`],
    [card.report, last && age(last, texts)],
    [card.source, ship.source],
  ].filter(([, value]) => value !== null && value !== undefined && value !== "");
}

function withUnit(value, digits, unit) {
  return value === null ? null : value.toFixed(digits) + unit;
}

function utc(instant) {
  const options = { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" };
  return `${new Date(instant).toLocaleString(document.documentElement.lang, options)} UTC`;
}

function age(position, texts) {
  const seconds = Math.round(position.age_seconds);
  const inMinutes = seconds >= MINUTES_FROM_SECONDS;
  const text = inMinutes ? `${Math.round(seconds / 60)} min` : `${seconds} s`;
  return texts.ago.replace("{t}", text) + (position.stale ? ` · ${texts.stale}` : "");
}

function fact(term, value) {
  return [
    Object.assign(document.createElement("dt"), { textContent: term }),
    Object.assign(document.createElement("dd"), { textContent: value }),
  ];
}
