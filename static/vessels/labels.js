// Names beside ships, where there is room for them.

import { LabelCanvas } from "./label_canvas.js";

const FROM_ZOOM = 8.5;
const MOST = 140;
const GAP_PX = 12;

export class Labels {
  constructor(map, layer, directory) {
    this.map = map;
    this.layer = layer;
    this.directory = directory;
    this.canvas = new LabelCanvas(map);
    map.on("render", () => this.draw());
  }

  draw() {
    const isFar = this.map.getZoom() < FROM_ZOOM;
    this.canvas.hidden = isFar;
    if (isFar) return;
    const wished = this.wished(...this.canvas.size);
    this.directory.want(wished.map(({ mmsi }) => mmsi));
    this.canvas.write(wished);
  }

  /** The ships in view that should have a name beside them, those under way first. */
  wished(width, height) {
    const pixelsOf = this.layer.placing();
    const found = [];
    for (let at = this.layer.ships.length - 1; at >= 0 && found.length < MOST; at--) {
      const ship = this.layer.ships[at];
      if (ship.count > 1) continue;
      const [x, y] = pixelsOf(ship);
      if (x < 0 || y < 0 || x > width || y > height) continue;
      found.push({ mmsi: ship.mmsi, text: this.directory.nameOf(ship.mmsi), x: x + GAP_PX, y });
    }
    return found;
  }
}
