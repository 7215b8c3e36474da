// What is under the pointer, in one line.

const PAUSE_MS = 60;

export class Hover {
  /** `at(point)` is what is there, `textOf(it)` the line; a `density` cannot be clicked. */
  constructor(map, at, textOf) {
    this.map = map;
    this.at = at;
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
      this.show(this.at(this.point));
    }, PAUSE_MS);
  }

  show(found) {
    this.map.getCanvas().style.cursor = found && !("density" in found) ? "pointer" : "";
    this.tip.hidden = !found;
    if (!found) return;
    this.tip.textContent = this.textOf(found);
    this.tip.style.translate = `${this.point.x + 14}px ${this.point.y + 10}px`;
  }

  hide() {
    this.tip.hidden = true;
  }
}
