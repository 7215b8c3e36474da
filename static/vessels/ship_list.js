// The ships in view as a list that a keyboard and a screen reader can use.

const MAX_ROWS = 40;
const REFRESH_MS = 2_000;

export class ShipList {
  /** `goTo(mmsi)` is called for the ship that is chosen. */
  constructor(body, texts, directory, goTo) {
    this.body = body;
    this.texts = texts;
    this.directory = directory;
    this.goTo = goTo;
    this.renderedAtMs = 0;
  }

  /** Whether it is time for a new list; never while somebody is inside the one that is shown. */
  due() {
    const tooSoon = Date.now() - this.renderedAtMs < REFRESH_MS;
    return !tooSoon && !this.body.contains(document.activeElement);
  }

  /** Show the fastest of these. */
  render(ships) {
    this.renderedAtMs = Date.now();
    const fastest = ships.sort((a, b) => (b.knots ?? 0) - (a.knots ?? 0)).slice(0, MAX_ROWS);
    this.directory.want(fastest.map(({ mmsi }) => mmsi));
    this.body.replaceChildren(...fastest.map((ship) => this.row(ship)));
  }

  /** Write names into the list that have been learned meanwhile, without a new list. */
  nameAgain() {
    for (const button of this.body.querySelectorAll("button")) {
      const { mmsi } = button.dataset;
      const name = this.directory.nameOf(Number(mmsi)) ?? mmsi;
      if (button.textContent !== name) button.textContent = name;
    }
  }

  row(ship) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.mmsi = ship.mmsi;
    button.textContent = this.directory.nameOf(ship.mmsi) ?? ship.mmsi;
    button.addEventListener("click", () => this.goTo(ship.mmsi));
    const name = document.createElement("td");
    name.append(button);
    const row = document.createElement("tr");
    // Finer, it would change with every report.
    const speed = ship.knots === null ? "–" : `${Math.round(ship.knots * 2) / 2} kn`;
    row.append(name, cell(this.texts.types[ship.group] ?? ship.group), cell(speed, "num"));
    row.classList.toggle("stale", ship.stale);
    return row;
  }
}

function cell(text, kind = "") {
  return Object.assign(document.createElement("td"), { textContent: text, className: kind });
}
