// The check boxes that hide groups of ships; they are the map's legend, too.

import { GROUP_COLOURS } from "./ship_icons.js";

export class GroupFilter {
  /** `onChange()` is called when a group is hidden or shown again. */
  constructor(element, onChange) {
    this.hidden = new Set();
    for (const box of element.querySelectorAll("input[type=checkbox]")) {
      const swatch = box.parentElement.querySelector(".swatch");
      swatch.style.background = GROUP_COLOURS[box.value];
      box.addEventListener("change", () => {
        if (box.checked) this.hidden.delete(box.value);
        else this.hidden.add(box.value);
        onChange();
      });
    }
  }

  shows(ship) {
    return !this.hidden.has(ship.group);
  }
}
