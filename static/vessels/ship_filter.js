// Which ships are shown: the groups that are ticked (they are the map's legend, too), and a least
// speed. What is chosen is part of the address.

import { GROUP_COLOURS } from "./ship_colours.js";

export class ShipFilter {
  /** `onChange()` is called when something else is to be shown. */
  constructor(element, onChange) {
    this.boxes = [...element.querySelectorAll("input[type=checkbox]")];
    this.speed = element.querySelector("#least-speed");
    this.hidden = new Set();
    this.leastKnots = 0;
    for (const box of this.boxes) {
      box.parentElement.querySelector(".swatch").style.background = GROUP_COLOURS[box.value];
      box.addEventListener("change", () => {
        this.read();
        onChange();
      });
    }
    this.speed.addEventListener("input", () => {
      this.read();
      onChange();
    });
  }

  shows(ship) {
    if (ship.count > 1) return true; // a cluster counts all of its ships
    return !this.hidden.has(ship.group) && (ship.knots ?? 0) >= this.leastKnots;
  }

  /** Take what an address says: ?hide=cargo,tanker&speed_min=5. */
  setFrom(query) {
    const hidden = new Set((query.get("hide") ?? "").split(","));
    for (const box of this.boxes) box.checked = !hidden.has(box.value);
    this.speed.value = query.get("speed_min") ?? "";
    this.read();
  }

  /** Write what is chosen into an address. */
  writeTo(query) {
    set(query, "hide", [...this.hidden].join(","));
    set(query, "speed_min", this.leastKnots || "");
  }

  read() {
    this.hidden = new Set(this.boxes.filter((box) => !box.checked).map((box) => box.value));
    this.leastKnots = Math.max(0, Number(this.speed.value) || 0);
  }
}

function set(query, name, value) {
  if (value === "") query.delete(name);
  else query.set(name, value);
}
