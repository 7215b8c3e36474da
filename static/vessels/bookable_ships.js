// Ships whose next crossing is sold here: a ring on the chart, and a line in their card that leads to it.

import { untilAnswered } from "./asking.js";

const URL = "/api/v1/ferries/ships";
const ASK_MS = 180_000;

export class BookableShips {
  /** `texts.book` is the link's text; `onChange()` after every answer. */
  constructor(texts, onChange) {
    this.texts = texts;
    this.onChange = onChange;
    this.crossings = new Map(); // by MMSI
    this.ask();
    setInterval(() => this.ask(), ASK_MS);
  }

  async ask() {
    const language = document.documentElement.lang || "en";
    const { ships } = await untilAnswered(URL, { "Accept-Language": language });
    this.crossings = new Map(ships.map((ship) => [ship.mmsi, ship]));
    this.onChange();
  }

  /** Whether it is one ship, and one of these. */
  has({ mmsi, count }) {
    return count <= 1 && this.crossings.has(mmsi);
  }

  /** Between which ports its next crossing goes, and when: null for a ship that has none here. */
  said(mmsi) {
    const crossing = this.crossings.get(mmsi);
    if (!crossing) return null;
    const { names, departs_at: at, timezone: timeZone } = crossing;
    const style = { weekday: "short", hour: "2-digit", minute: "2-digit", timeZone };
    const when = new Date(at).toLocaleString(document.documentElement.lang || "en", style);
    return `${names.join(" – ")}, ${when}`;
  }

  /** The same with a link to the search that finds it, for a card. */
  line(mmsi) {
    const said = this.said(mmsi);
    if (said === null) return null;
    const link = document.createElement("a");
    link.href = this.crossings.get(mmsi).href;
    link.textContent = this.texts.book;
    const line = document.createElement("span");
    line.append(`${said}: `, link);
    return line;
  }
}
