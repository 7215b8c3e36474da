// Names beside the best connected ports in view, where there is room for them.

import { LabelCanvas } from "../vessels/label_canvas.js";

const MOST = 250;

/** Half the width of a port's point in pixels. By area: four times the index, twice the width. */
export const radius = (connectivity) => 3 + 0.28 * Math.sqrt(connectivity ?? 0);

export const nameOf = ({ local_name, name }) => local_name ?? name;

/** The ports with the highest index first, those without one by their names. */
export const bestConnected = (ports) =>
  [...ports].sort(
    ({ properties: one }, { properties: other }) =>
      (other.connectivity ?? 0) - (one.connectivity ?? 0) ||
      nameOf(one).localeCompare(nameOf(other)),
  );

export class PortLabels {
  constructor(map) {
    this.map = map;
    this.canvas = new LabelCanvas(map);
    this.ports = [];
    map.on("render", () => this.canvas.write(this.wished()));
  }

  /** Let these be named, as far as there is room. */
  show(ports) {
    this.ports = bestConnected(ports);
    this.map.triggerRepaint();
  }

  wished() {
    const [width, height] = this.canvas.size;
    const found = [];
    for (const { geometry, properties } of this.ports) {
      const { x, y } = this.map.project(geometry.coordinates);
      if (x < 0 || y < 0 || x > width || y > height) continue;
      found.push({ text: nameOf(properties), x: x + radius(properties.connectivity) + 3, y });
      if (found.length === MOST) break;
    }
    return found;
  }
}
