// What is under the pointer, in one line.

const PAUSE_MS = 60;

export class Hover {
  /** `textOf(ship)` is the line. */
  constructor(map, layer, textOf) {
    this.map = map;
    this.layer = layer;
    this.textOf = textOf;
    this.tip = document.createElement("div");
    this.tip.className = "map-tip";
    this.tip.hidden = true;
    map.getContainer().append(this.tip);
    this.pending = null;
    map.on("mousemove", ({ point }) => this.look(point));
    map.on("mouseout", () => this.hide());
    map.on("movestart", () => this.hide());
  }

  look(point) {
    this.point = point;
    this.pending ??= setTimeout(() => {
      this.pending = null;
      this.show(this.layer.shipAt(this.point));
    }, PAUSE_MS);
  }

  show(ship) {
    this.map.getCanvas().style.cursor = ship ? "pointer" : "";
    this.tip.hidden = !ship;
    if (!ship) return;
    this.tip.textContent = this.textOf(ship);
    this.tip.style.translate = `${this.point.x + 14}px ${this.point.y + 10}px`;
  }

  hide() {
    this.tip.hidden = true;
  }
}
