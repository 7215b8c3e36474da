// Names on the chart and beside ships, where there is room for them.

import { pixelsIn } from "./chart_names.js";
import { LabelCanvas } from "./label_canvas.js";

const FROM_ZOOM = 8.5;
const MOST = 140;
const GAP_PX = 12;

export class Labels {
  /** `names` are those of the chart: they come first. */
  constructor(map, layer, directory, names) {
    Object.assign(this, { map, layer, directory, names });
    this.canvas = new LabelCanvas(map);
    map.on("render", () => this.draw());
  }

  draw() {
    const zoom = this.map.getZoom();
    const size = this.canvas.size;
    const ships = zoom < FROM_ZOOM ? [] : this.wished(...size);
    const labels = [...this.names.wished(zoom, ...size, pixelsIn(this.map)), ...ships];
    this.canvas.hidden = labels.length === 0;
    if (ships.length) this.directory.want(ships.map(({ mmsi }) => mmsi));
    if (labels.length) this.canvas.write(labels);
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
