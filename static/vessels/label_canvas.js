// Names over a chart: a canvas that is written anew with every picture of the map.

import { palette } from "./palette.js";
import { emptied } from "./sharp_canvas.js";

const LINE_PX = 14;
const LETTER_PX = 6.6;
const FONT = "12px system-ui, sans-serif";
const FONTS = { sea: `italic ${FONT}`, port: `600 ${FONT}`, town: `500 ${FONT}` };

export class LabelCanvas {
  constructor(map) {
    this.map = map;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "map-labels";
    this.canvas.setAttribute("aria-hidden", "true");
    map.getCanvasContainer().append(this.canvas);
  }

  /** Width and height in pixels of the page. */
  get size() {
    const { clientWidth, clientHeight } = this.map.getCanvas();
    return [clientWidth, clientHeight];
  }

  /** A hidden canvas is neither cleared nor put on the page. */
  set hidden(isHidden) {
    this.canvas.hidden = isHidden;
  }

  /** Write those of the labels {text, x, y, look} that have room, the first ones first; `look` is sea, port, town or none. */
  write(labels) {
    const pen = emptied(this.canvas, ...this.size);
    const colours = palette();
    pen.textAlign = "left"; // to the right of its point, whichever way the page runs
    pen.textBaseline = "middle";
    pen.lineWidth = 3;
    pen.lineJoin = "round";
    pen.strokeStyle = colours.ring;
    for (const { text, x, y, look } of placed(labels)) {
      pen.font = FONTS[look] ?? FONT;
      pen.fillStyle = colours[`${look}Name`] ?? colours.ink;
      pen.strokeText(text, x, y);
      pen.fillText(text, x, y);
    }
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
