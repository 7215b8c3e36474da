// Search on the map by a part of a ship's name, MMSI, IMO or call sign, or of a port's name: what is
// found stands below as buttons, the ports with a link to their pages, too.

const MIN_LENGTH = 2;
const MAX_SHIPS = 8;
const MAX_PORTS = 5;

/**
 * Search as the form is sent; `toShip(mmsi)` or `toPort(lonLat)` is called with what is chosen. Once
 * `signal` is aborted the server searches.
 */
export function bindSearch(form, results, texts, { toShip, toPort, signal }) {
  let asked = 0;
  const search = async (event) => {
    event.preventDefault();
    const text = form.q.value.trim();
    const number = ++asked;
    results.replaceChildren();
    if (text.length < MIN_LENGTH) return;
    const [ships, ports] = await Promise.all([shipsLike(text), portsLike(text)]);
    if (number !== asked) return; // something else is searched for by now
    showFound(results, texts, { ships, ports }, { toShip, toPort });
  };
  form.addEventListener("submit", search, { signal });
}

/** Show rows of both interfaces, ports first; what is chosen closes the list. */
export function showFound(results, texts, { ships, ports }, { toShip, toPort }) {
  const found = [...ports.map(portItem), ...ships.map(shipItem)];
  results.replaceChildren(...(found.length ? found : [line(texts.nothing)]));

  function shipItem(ship) {
    const words = `${ship.name ?? texts.unnamed} · ${ship.mmsi}`;
    return line(choice(words, () => toShip(ship.mmsi)));
  }

  function portItem({ geometry, properties: port }) {
    const name = port.local_name ?? port.name;
    const page = document.createElement("a");
    page.href = `/ports/${encodeURIComponent(port.code)}`;
    page.textContent = texts.found.page;
    page.setAttribute("aria-label", `${texts.found.page}: ${name}`);
    const words = [name, texts.found.port, port.country].filter(Boolean).join(" · ");
    const item = line(choice(words, () => toPort(geometry.coordinates)));
    item.append(page);
    return item;
  }

  function choice(words, choose) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words;
    button.addEventListener("click", () => {
      results.replaceChildren();
      choose();
    });
    return button;
  }
}

function line(content) {
  const item = document.createElement("li");
  item.append(content);
  return item;
}

async function shipsLike(text) {
  return (await answer("/api/v1/vessels", { q: text, limit: MAX_SHIPS })) ?? [];
}

async function portsLike(text) {
  const found = await answer("/api/v1/ports.geojson", { q: text, limit: MAX_PORTS });
  return found?.features ?? [];
}

// In the page's language: that is the script in which a port's name is answered.
async function answer(address, query) {
  const headers = { "Accept-Language": document.documentElement.lang || "en" };
  try {
    const response = await fetch(`${address}?${new URLSearchParams(query)}`, { headers });
    return response.ok ? await response.json() : null;
  } catch {
    return null; // the network has gone: what the other one finds is shown
  }
}
