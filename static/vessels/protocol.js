// The live map's binary protocol, version 4: docs/map-protocol.md. Pure: bytes in, objects out.

export const STATES = [
  "off",
  "connecting",
  "live",
  "silent",
  "refused",
  "bad_key",
  "unusable",
  "recorded",
];
export const GROUPS = [
  "other",
  "passenger",
  "cargo",
  "tanker",
  "fishing",
  "pleasure",
  "high-speed",
  "service",
  "military",
  "aircraft",
  "base-station",
  "aid",
  "distress",
  "distress-test",
];
export const FLAGS = {
  headingKnown: 1,
  courseKnown: 2,
  classB: 4,
  coarse: 8,
  invented: 16,
  sharedNumber: 32,
  doubtful: 64,
  impossible: 128,
  oddNumber: 256,
};

const TICK = 1;
const TILE = 2;
export const VERSION = 4;
const HEAD_BYTES = 24;
const FULL_BYTES = 25;
const MOVE_BYTES = 10;
const STEP_BYTES = 7;
const MOVE_AGE_MS = 32;
const COURSES = 4096;
const NO_SPEED = 4095;
const NO_AGE = 0xffffffff;
const MMSI_BITS = 0x3fffffff;

/** Whether a frame is of the version that this page reads. */
export function isRead(buffer) {
  return buffer.byteLength > 1 && new DataView(buffer).getUint8(1) === VERSION;
}

/** One frame as {kind: "tick" | "tile", ...}, or null for what this page does not know. */
export function decode(buffer) {
  const view = new DataView(buffer);
  if (view.byteLength < HEAD_BYTES || !isRead(buffer)) return null;
  if (view.getUint8(0) === TICK) return tick(view);
  return view.getUint8(0) === TILE ? tile(view) : null;
}

/** Degrees [longitude, latitude] of a place (0 to 65535 from west and north) in a tile. */
export function degrees(z, tileX, tileY, x, y) {
  const across = 2 ** z;
  const east = (tileX + x / 65536) / across;
  const south = (tileY + y / 65536) / across;
  const lat = (Math.atan(Math.sinh(Math.PI * (1 - 2 * south))) * 180) / Math.PI;
  return [east * 360 - 180, lat];
}

/** The MMSI of a ship's key; two stations that share a number have different keys. */
export function mmsiOf(key) {
  return key & MMSI_BITS;
}

function tick(view) {
  const age = view.getUint32(16, true);
  return {
    kind: "tick",
    state: STATES[view.getUint8(2)] ?? "off",
    sandbox: (view.getUint8(3) & 1) === 1,
    number: view.getUint32(4, true),
    serverTimeMs: view.getFloat64(8, true),
    ageMs: age === NO_AGE ? null : age,
    ships: view.getUint32(20, true),
  };
}

function tile(view) {
  const fullCount = view.getUint16(16, true);
  const moveCount = view.getUint16(18, true);
  const goneCount = view.getUint16(20, true);
  const stepCount = view.getUint16(22, true);
  const frame = {
    kind: "tile",
    z: view.getUint8(2),
    snapshot: (view.getUint8(3) & 1) === 1,
    x: view.getUint16(4, true),
    y: view.getUint16(6, true),
    sequence: view.getUint32(8, true),
    lowTimeMs: view.getUint32(12, true),
    gone: [],
    full: [],
    moves: [],
    steps: [],
  };
  let at = HEAD_BYTES;
  for (let i = 0; i < goneCount; i++, at += 2) frame.gone.push(view.getUint16(at, true));
  for (let i = 0; i < fullCount; i++, at += FULL_BYTES) frame.full.push(full(view, at));
  for (let i = 0; i < moveCount; i++, at += MOVE_BYTES) frame.moves.push(move(view, at));
  let slot = 0;
  for (let i = 0; i < stepCount; i++, at += STEP_BYTES) {
    slot += view.getUint8(at);
    frame.steps.push(step(view, at, slot));
  }
  return frame;
}

function place(view, at) {
  return {
    slot: view.getUint16(at, true),
    x: view.getUint16(at + 2, true),
    y: view.getUint16(at + 4, true),
    ...motion(view, at + 6),
  };
}

function motion(view, at) {
  const lower = view.getUint16(at, true);
  const speed = (lower >> 12) | (view.getUint8(at + 2) << 4);
  return {
    courseDeg: ((lower % COURSES) * 360) / COURSES,
    knots: speed === NO_SPEED ? null : speed / 10,
  };
}

function move(view, at) {
  return { ...place(view, at), ageMs: view.getUint8(at + 9) * MOVE_AGE_MS };
}

function step(view, at, slot) {
  return {
    slot,
    dx: view.getInt8(at + 1),
    dy: view.getInt8(at + 2),
    ...motion(view, at + 3),
    ageMs: view.getUint8(at + 6) * MOVE_AGE_MS,
  };
}

function full(view, at) {
  const packedKind = view.getUint8(at + 14);
  return {
    ...place(view, at),
    key: view.getUint32(at + 9, true),
    headingDeg: (view.getUint8(at + 13) * 360) / 256,
    group: packedKind & 15,
    status: packedKind >> 4,
    flags: view.getUint16(at + 15, true),
    ageMs: view.getUint32(at + 17, true),
    count: view.getUint16(at + 21, true),
    source: view.getUint8(at + 23),
    stationKind: view.getUint8(at + 24),
  };
}
