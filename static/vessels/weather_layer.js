// Waves and wind over the chart: a disc with the height, an arrow with the wind's speed; nothing where
// nothing is known.

import { mercatorX, mercatorY, worldPixels } from "./mercator.js";
import { palette } from "./palette.js";
import { emptied } from "./sharp_canvas.js";
import { blowsTo, clear, questionOf, saying, wavesLook } from "./weather_grid.js";

const REFRESH_MS = 120_000;
const AFTER_MOVE_MS = 400;
const DISC_PX = 11;
const ARROW_PX = 17;
const APART_PX = 44;

export class WeatherLayer {
  /** `box` switches it, `legend` explains it and says `texts`; `onChange()` after every switch. */
  constructor(map, { box, legend, note, texts, boundsOf, onChange }) {
    Object.assign(this, { map, box, legend, note, texts, boundsOf });
    this.answer = null;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "map-labels";
    this.canvas.setAttribute("aria-hidden", "true");
    this.canvas.hidden = true;
    map.getCanvasContainer().append(this.canvas);
    map.on("render", () => this.draw());
    map.on("moveend", () => this.askSoon(AFTER_MOVE_MS));
    box.addEventListener("change", () => {
      this.switch();
      onChange();
    });
  }

  /** Take what an address says: ?weather=1. */
  setFrom(query) {
    this.box.checked = query.get("weather") === "1";
    this.switch();
  }

  writeTo(query) {
    if (this.box.checked) query.set("weather", "1");
    else query.delete("weather");
  }

  switch() {
    this.canvas.hidden = !this.box.checked;
    this.legend.hidden = !this.box.checked;
    this.askSoon(0);
    this.map.triggerRepaint();
  }

  askSoon(waitMs) {
    clearTimeout(this.timer);
    if (this.box.checked) this.timer = setTimeout(() => this.ask(), waitMs);
  }

  async ask() {
    const question = questionOf(this.boundsOf(this.map));
    this.asked = question;
    const answer = await answerTo(question);
    if (this.asked !== question || !this.box.checked) return; // the map has moved meanwhile
    // The network has gone: what is drawn stays, and says how old it is.
    this.answer = answer ?? this.answer;
    this.say();
    this.map.triggerRepaint();
    const again = answer?.retry_after_seconds;
    this.askSoon(again ? again * 1_000 : REFRESH_MS);
  }

  say() {
    const { key, minutes, sources, invented } = saying(this.answer, Date.now());
    const words = this.texts[key].replace("{sources}", sources).replace("{minutes}", minutes);
    this.note.textContent = invented ? `${words} ${this.texts.invented}` : words;
  }

  draw() {
    if (this.canvas.hidden) return;
    const { clientWidth: width, clientHeight: height } = this.map.getCanvas();
    const pen = emptied(this.canvas, width, height);
    pen.direction = "ltr"; // figures and units, in every language
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    const points = (this.answer?.features ?? []).map(({ geometry, properties }) => {
      const [x, y] = this.pixelsOf(geometry.coordinates, width, height);
      return { x, y, properties };
    });
    for (const { x, y, properties } of clear(points, APART_PX))
      if (x > -40 && y > -40 && x < width + 40 && y < height + 40) drawPoint(pen, x, y, properties);
  }

  pixelsOf([lon, lat], width, height) {
    const center = this.map.getCenter();
    const world = worldPixels(this.map.getZoom());
    const turn = mercatorX(lon) - mercatorX(center.lng);
    const y = mercatorY(lat) - mercatorY(center.lat);
    return [(turn - Math.round(turn)) * world + width / 2, y * world + height / 2];
  }
}

function drawPoint(pen, x, y, { wave_height_m, wind_knots, wind_direction_deg }) {
  const { ring, ink } = palette();
  if (wind_knots !== null && wind_direction_deg !== null) {
    drawArrow(pen, x, y, blowsTo(wind_direction_deg), ink, ring);
    pen.font = "600 10px system-ui, sans-serif";
    pen.lineWidth = 3;
    pen.strokeStyle = ring;
    pen.fillStyle = ink;
    const said = `${Math.round(wind_knots)} kn`;
    pen.strokeText(said, x, y + DISC_PX + ARROW_PX);
    pen.fillText(said, x, y + DISC_PX + ARROW_PX);
  }
  const look = wavesLook(wave_height_m);
  pen.beginPath();
  pen.arc(x, y, DISC_PX, 0, 2 * Math.PI);
  pen.fillStyle = look.disc;
  pen.fill();
  pen.lineWidth = 1.2;
  pen.strokeStyle = ring;
  pen.stroke();
  pen.font = "600 10px system-ui, sans-serif";
  pen.fillStyle = look.number;
  pen.fillText(wave_height_m.toFixed(1), x, y);
}

// From the edge of the disc to where the wind blows.
function drawArrow(pen, x, y, angle, ink, ring) {
  pen.save();
  pen.translate(x, y);
  pen.rotate(angle);
  pen.beginPath();
  pen.moveTo(0, -DISC_PX - ARROW_PX + 7);
  pen.lineTo(-5.5, -DISC_PX);
  pen.lineTo(5.5, -DISC_PX);
  pen.closePath();
  pen.lineWidth = 2;
  pen.strokeStyle = ring;
  pen.stroke();
  pen.fillStyle = ink;
  pen.fill();
  pen.restore();
}

async function answerTo(question) {
  try {
    const response = await fetch(question);
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
