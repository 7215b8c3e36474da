// The card of one ship on the live map.

/** Fill the card and return the ship's track of the last 12 hours as GeoJSON (null without one). */
export async function shipCard(mmsi, words, card) {
  const facts = card.querySelector("dl"), title = card.querySelector("h2 a");
  title.textContent = mmsi;
  title.href = `/vessels/${mmsi}`;
  facts.replaceChildren();
  const [detail, way] = await Promise.all([
    fetch(`/api/v1/vessels/${mmsi}`), fetch(`/api/v1/vessels/${mmsi}/track?hours=12&format=geojson&simplify_m=50`),
  ]);
  if (!detail.ok) {
    row(facts, words.card.state, words.gone);
    return null;
  }
  const ship = await detail.json(), last = ship.position;
  title.textContent = ship.name ?? words.unnamed;
  row(facts, words.card.type, words.types[ship.type] ?? ship.type);
  row(facts, "MMSI", ship.mmsi);
  if (ship.imo) row(facts, "IMO", ship.imo);
  if (last) {
    row(facts, words.card.state, words.status[last.status]);
    row(facts, words.card.speed, last.sog_knots === null ? null : `${last.sog_knots.toFixed(1)} kn`);
    row(facts, words.card.course, last.cog_deg === null ? null : `${Math.round(last.cog_deg)}°`);
  }
  row(facts, words.card.destination, ship.destination);
  row(facts, words.card.eta, ship.eta_at && new Date(ship.eta_at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }) + " UTC");
  if (ship.length_m) row(facts, words.card.size, `${ship.length_m} × ${ship.beam_m ?? "?"} m`);
  if (last) {
    const age = Math.round(last.age_seconds);
    const text = age < 120 ? `${age} s` : `${Math.round(age / 60)} min`;
    row(facts, words.card.report, words.ago.replace("{t}", text) + (last.stale ? ` · ${words.stale}` : ""));
  }
  row(facts, words.card.source, ship.source);
  return way.ok ? way.json() : null;
}

function row(facts, name, value) {
  if (value === null || value === undefined || value === "") return;
  const term = document.createElement("dt"), told = document.createElement("dd");
  term.textContent = name;
  told.textContent = value;
  facts.append(term, told);
}
