// Names beside ships, where there is room for them.

import { palette } from "./palette.js";

const FROM_ZOOM = 8.5;
const MOST = 140;
const LINE_PX = 14;
const LETTER_PX = 6.6;
const GAP_PX = 12;

export class Labels {
  constructor(map, layer, directory, clock) {
    this.map = map;
    this.layer = layer;
    this.directory = directory;
    this.clock = clock;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "map-labels";
    this.canvas.setAttribute("aria-hidden", "true");
    map.getCanvasContainer().append(this.canvas);
    map.on("render", () => this.draw());
  }

  draw() {
    // Far out there is nothing to write: a hidden canvas is neither cleared nor put on the page.
    this.canvas.hidden = this.map.getZoom() < FROM_ZOOM;
    if (this.canvas.hidden) return;
    const { clientWidth: width, clientHeight: height } = this.map.getCanvas();
    const ratio = devicePixelRatio;
    if (this.canvas.width !== width * ratio || this.canvas.height !== height * ratio) {
      this.canvas.width = width * ratio;
      this.canvas.height = height * ratio;
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    const pen = this.canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const wished = this.wished(width, height);
    this.directory.want(wished.map(({ mmsi }) => mmsi));
    const colours = palette();
    pen.font = "12px system-ui, sans-serif";
    pen.textBaseline = "middle";
    pen.lineWidth = 3;
    pen.lineJoin = "round";
    pen.strokeStyle = colours.ring;
    pen.fillStyle = colours.ink;
    for (const { text, x, y } of placed(wished)) {
      pen.strokeText(text, x, y);
      pen.fillText(text, x, y);
    }
  }

  /** The ships in view that should have a name beside them, those under way first. */
  wished(width, height) {
    const now = this.clock.now();
    const found = [];
    for (let at = this.layer.ships.length - 1; at >= 0 && found.length < MOST; at--) {
      const ship = this.layer.ships[at];
      if (ship.count > 1) continue;
      const [x, y] = this.layer.pixelsOf(ship, now);
      if (x < 0 || y < 0 || x > width || y > height) continue;
      found.push({ mmsi: ship.mmsi, text: this.directory.nameOf(ship.mmsi), x: x + GAP_PX, y });
    }
    return found;
  }
}

/** Those of the labels that touch none before them. Pure. */
export function placed(labels) {
  const rows = new Map(); // row of the page -> [[left, right]]
  return labels.filter(({ text, x, y }) => {
    if (!text) return false;
    const row = Math.round(y / LINE_PX);
    const right = x + text.length * LETTER_PX;
    const near = [row - 1, row, row + 1].flatMap((number) => rows.get(number) ?? []);
    if (near.some(([left, end]) => x < end + 4 && right > left - 4)) return false;
    rows.set(row, [...(rows.get(row) ?? []), [x, right]]);
    return true;
  });
}
