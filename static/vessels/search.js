// Search by name, MMSI or IMO on the map, with the results as buttons.

const MIN_LENGTH = 2;
const MAX_RESULTS = 8;

/** Search as the form is sent; `goTo(mmsi)` is called for the ship that is chosen. */
export function bindSearch(form, results, texts, goTo) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = form.q.value.trim();
    results.replaceChildren();
    if (text.length < MIN_LENGTH) return;
    const ships = await search(text);
    if (ships.length) results.replaceChildren(...ships.map((ship) => item(ship)));
    else results.append(line(texts.nothing));
  });

  function item(ship) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `${ship.name ?? texts.unnamed} · ${ship.mmsi}`;
    button.addEventListener("click", () => {
      results.replaceChildren();
      goTo(ship.mmsi);
    });
    return line(button);
  }
}

function line(content) {
  const item = document.createElement("li");
  item.append(content);
  return item;
}

async function search(text) {
  const query = new URLSearchParams({ q: text, limit: MAX_RESULTS });
  const response = await fetch(`/api/v1/vessels?${query}`);
  return response.ok ? response.json() : [];
}
