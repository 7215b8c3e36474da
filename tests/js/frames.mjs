// Frames as the server writes them (maritime_app/vessels/map/frames.py), for the tests.

const HEAD_BYTES = 24;

export function tickFrame({ state = 2, flags = 0, tick = 1, timeMs = 0, ageMs = 0, ships = 0 }) {
  const view = new DataView(new ArrayBuffer(HEAD_BYTES));
  [1, 3, state, flags].forEach((value, at) => view.setUint8(at, value));
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
  [2, 3, z, snapshot ? 1 : 0].forEach((value, at) => view.setUint8(at, value));
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
  const bytes = new Uint8Array(9);
  bytes.set(placePart(place));
  bytes[8] = Math.round(ageMs / 32);
  return bytes;
}

export function stepRecord({ slots = 0, dx = 0, dy = 0, course = 0, speed = 0, ageMs = 0 }) {
  return new Uint8Array([slots, dx & 255, dy & 255, course, speed, Math.round(ageMs / 32)]);
}

function placePart({ slot = 0, x = 0, y = 0, course = 0, speed = 0 }) {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  [slot, x, y].forEach((value, i) => view.setUint16(2 * i, value, true));
  view.setUint8(6, course);
  view.setUint8(7, speed);
  return bytes;
}

export function fullRecord({ mmsi, heading = 0, kind = 1, flags = 3, ageMs = 0, ...rest }) {
  const { hypothesis = 0, count = 1, source = 2, ...place } = rest;
  const bytes = new Uint8Array(24);
  bytes.set(placePart(place));
  const view = new DataView(bytes.buffer);
  view.setUint32(8, mmsi + hypothesis * 2 ** 30, true);
  view.setUint8(12, heading);
  view.setUint8(13, kind);
  view.setUint16(14, flags, true);
  view.setUint32(16, ageMs, true);
  view.setUint16(20, count, true);
  view.setUint8(22, source);
  return bytes;
}
