// Frames as the server writes them (maritime_app/vessels/map/frames.py), for the tests.

const HEAD_BYTES = 24;
const VERSION = 4;
const NO_SPEED = 4095;

export function tickFrame({ state = 2, flags = 0, tick = 1, timeMs = 0, ageMs = 0, ships = 0 }) {
  const view = new DataView(new ArrayBuffer(HEAD_BYTES));
  [1, VERSION, state, flags].forEach((value, at) => view.setUint8(at, value));
  view.setUint32(4, tick, true);
  view.setFloat64(8, timeMs, true);
  view.setUint32(16, ageMs, true);
  view.setUint32(20, ships, true);
  return view.buffer;
}

export function tileFrame({ z, x, y, sequence, snapshot = false, timeMs = 0, ...parts }) {
  const { gone = [], full = [], moves = [], steps = [] } = parts;
  const records = [...full, ...moves, ...steps];
  const size = records.reduce((sum, record) => sum + record.length, HEAD_BYTES + 2 * gone.length);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  [2, VERSION, z, snapshot ? 1 : 0].forEach((value, at) => view.setUint8(at, value));
  view.setUint16(4, x, true);
  view.setUint16(6, y, true);
  view.setUint32(8, sequence, true);
  view.setUint32(12, timeMs % 2 ** 32, true);
  const counts = [full.length, moves.length, gone.length, steps.length];
  counts.forEach((count, i) => view.setUint16(16 + 2 * i, count, true));
  let at = HEAD_BYTES;
  for (const slot of gone) {
    view.setUint16(at, slot, true);
    at += 2;
  }
  for (const record of records) {
    bytes.set(record, at);
    at += record.length;
  }
  return bytes.buffer;
}

export function moveRecord({ ageMs = 0, ...place }) {
  const bytes = new Uint8Array(10);
  bytes.set(placePart(place));
  bytes[9] = Math.round(ageMs / 32);
  return bytes;
}

export function stepRecord({ slots = 0, dx = 0, dy = 0, ageMs = 0, ...motion }) {
  const bytes = [slots, dx & 255, dy & 255, ...motionPart(motion), Math.round(ageMs / 32)];
  return new Uint8Array(bytes);
}

function motionPart({ courseDeg = 0, knots = 0 }) {
  const course = Math.round((courseDeg * 4096) / 360);
  const speed = knots === null ? NO_SPEED : Math.round(knots * 10);
  return [course & 255, (course >> 8) | ((speed & 15) << 4), speed >> 4];
}

function placePart({ slot = 0, x = 0, y = 0, ...motion }) {
  const bytes = new Uint8Array(9);
  const view = new DataView(bytes.buffer);
  [slot, x, y].forEach((value, i) => view.setUint16(2 * i, value, true));
  bytes.set(motionPart(motion), 6);
  return bytes;
}

export function fullRecord({ mmsi, heading = 0, kind = 1, flags = 3, ageMs = 0, ...rest }) {
  const { hypothesis = 0, count = 1, source = 2, ...place } = rest;
  const bytes = new Uint8Array(25);
  bytes.set(placePart(place));
  const view = new DataView(bytes.buffer);
  view.setUint32(9, mmsi + hypothesis * 2 ** 30, true);
  view.setUint8(13, heading);
  view.setUint8(14, kind);
  view.setUint16(15, flags, true);
  view.setUint32(17, ageMs, true);
  view.setUint16(21, count, true);
  view.setUint8(23, source);
  return bytes;
}
