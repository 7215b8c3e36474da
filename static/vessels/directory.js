// Names and sizes of ships by MMSI, asked for many at a time, and only for ships that somebody sees.

const PER_REQUEST = 150;
const PAUSE_MS = 1_500;
const AFTER_FAILURE_MS = 15_000;
const KEEP = 5_000;
const AGAIN_MS = 10 * 60_000;

export class ShipDirectory {
  /** `onNews()` is called when something has been learned. `ask(mmsis)` resolves to API rows, or null. */
  constructor(onNews, ask = askServer) {
    this.onNews = onNews;
    this.ask = ask;
    this.known = new Map(); // MMSI -> {name, size, voyage, askedAtMs}
    this.wanted = new Set();
    this.timer = null;
  }

  /** The ship's name, or null. */
  nameOf(mmsi) {
    return this.known.get(mmsi)?.name ?? null;
  }

  /** {bow, stern, port, starboard} in metres from the antenna, or null. */
  sizeOf(mmsi) {
    return this.known.get(mmsi)?.size ?? null;
  }

  /** {length, destination} as the ship tells them, or null where nothing is known yet. */
  voyageOf(mmsi) {
    return this.known.get(mmsi)?.voyage ?? null;
  }

  /** Have these ships looked up soon, but for those that were lately. */
  want(mmsis) {
    const now = Date.now();
    for (const mmsi of mmsis) {
      const known = this.known.get(mmsi);
      if (!known || now - known.askedAtMs > AGAIN_MS) this.wanted.add(mmsi);
    }
    if (this.wanted.size && this.timer === null) {
      this.timer = setTimeout(() => this.lookUp(), PAUSE_MS / 10);
    }
  }

  /** Take over what a ship's card has just been told, so that list and labels say the same. */
  learn({ mmsi, name, length_m: length, destination }) {
    const known = this.known.get(mmsi);
    if (!known) return;
    const isNews = known.name !== name;
    Object.assign(known, { name, voyage: { length, destination } });
    if (isNews) this.onNews();
  }

  async lookUp() {
    const mmsis = [...this.wanted].slice(0, PER_REQUEST);
    for (const mmsi of mmsis) {
      this.wanted.delete(mmsi);
      this.remember(mmsi, null);
    }
    const rows = await this.ask(mmsis);
    if (rows === null) {
      for (const mmsi of mmsis) this.wanted.add(mmsi);
      this.timer = setTimeout(() => this.lookUp(), AFTER_FAILURE_MS);
      return;
    }
    for (const row of rows) this.remember(row.mmsi, row);
    this.onNews();
    this.timer = this.wanted.size ? setTimeout(() => this.lookUp(), PAUSE_MS) : null;
  }

  remember(mmsi, row) {
    const before = this.known.get(mmsi);
    this.known.delete(mmsi); // so that the oldest stand first
    this.known.set(mmsi, {
      name: row ? row.name : (before?.name ?? null),
      size: row ? sizeIn(row) : (before?.size ?? null),
      voyage: row ? voyageIn(row) : (before?.voyage ?? null),
      askedAtMs: Date.now(),
    });
    if (this.known.size > KEEP) this.known.delete(this.known.keys().next().value);
  }
}

function sizeIn({ to_bow_m: bow, to_stern_m: stern, to_port_m: port, to_starboard_m: starboard }) {
  return bow === null || port === null ? null : { bow, stern, port, starboard };
}

function voyageIn({ length_m: length, destination }) {
  return { length, destination };
}

async function askServer(mmsis) {
  const query = new URLSearchParams({
    mmsi: mmsis.join(","),
    fields: "extended",
    max_age_seconds: 86_400,
    limit: 1_000,
  });
  try {
    const response = await fetch(`/api/vessels/live-positions/?${query}`);
    return response.ok ? (await response.json()).vessels : null;
  } catch {
    return null; // the network has gone
  }
}
