// The ships in view as a list that a keyboard and a screen reader can use; names are fetched once per ship.

const AT_MOST = 40, REFRESH_MS = 5_000;
const names = new Map();
let shownAt = 0;

/** Show the ships; at most every five seconds, and never while somebody is inside the list. */
export function shipList(ships, words, goTo) {
  const body = document.querySelector("#in-view tbody");
  if (Date.now() - shownAt < REFRESH_MS || body.contains(document.activeElement)) return;
  shownAt = Date.now();
  const moving = ships.sort((a, b) => (b.knots ?? 0) - (a.knots ?? 0)).slice(0, AT_MOST);
  body.replaceChildren(...moving.map((ship) => line(ship, words, goTo)));
  learn(moving.filter((ship) => !names.has(ship.mmsi)), body);
}

function line(ship, words, goTo) {
  const row = document.createElement("tr");
  const name = document.createElement("td"), button = document.createElement("button");
  button.type = "button";
  button.dataset.mmsi = ship.mmsi;
  button.textContent = names.get(ship.mmsi) ?? ship.mmsi;
  button.addEventListener("click", () => goTo(ship.mmsi));
  name.append(button);
  row.append(name, cell(words.types[ship.group] ?? ship.group), cell(ship.knots === null ? "–" : `${ship.knots.toFixed(1)} kn`, "num"));
  row.classList.toggle("stale", ship.stale);
  return row;
}

function cell(text, kind = "") {
  return Object.assign(document.createElement("td"), { textContent: text, className: kind });
}

// One question for all of them: the box around the unnamed ships.
async function learn(unnamed, body) {
  if (!unnamed.length) return;
  const lats = unnamed.map((ship) => ship.lat), lons = unnamed.map((ship) => ship.lon);
  const box = { lat_min: Math.min(...lats) - 0.2, lat_max: Math.max(...lats) + 0.2, lng_min: Math.min(...lons) - 0.2, lng_max: Math.max(...lons) + 0.2 };
  const query = new URLSearchParams(Object.entries(box).map(([key, value]) => [key, clamp(key, value)]));
  const answer = await fetch(`/api/vessels/live-positions/?${query}&limit=2000&max_age_seconds=86400`);
  if (!answer.ok) return;
  for (const ship of (await answer.json()).vessels) if (ship.name) names.set(ship.mmsi, ship.name);
  for (const ship of unnamed) if (!names.has(ship.mmsi)) names.set(ship.mmsi, String(ship.mmsi));
  for (const button of body.querySelectorAll("button")) button.textContent = names.get(Number(button.dataset.mmsi)) ?? button.textContent;
}

function clamp(key, value) {
  const limit = key.startsWith("lat") ? 90 : 180;
  return Math.max(-limit, Math.min(limit, value)).toFixed(4);
}
