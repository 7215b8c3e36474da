// A ship's track in lines of one speed each.

import assert from "node:assert/strict";
import { test } from "node:test";

import { speedLines } from "../../static/vessels/speed_track.js";

const FIELDS = ["at", "lat", "lon", "sog_knots"];
const STEPS = [2, 8, 14];

function drawn(...pieces) {
  const track = { fields: FIELDS, pieces: pieces.map((piece) => piece.map(point)) };
  return speedLines(track, STEPS).features.map(({ properties, geometry }) => [
    properties.speed,
    geometry.coordinates,
  ]);
}

function point([lon, lat, knots]) {
  return ["2026-08-20T12:00:00Z", lat, lon, knots];
}

test("it works", () => {
  const lines = drawn([
    [23, 37, 0.4],
    [23.1, 37, 12],
    [23.2, 37, 12.5],
    [23.3, 37, 20],
    [23.4, 37, 0],
  ]);
  assert.deepEqual(lines, [
    [
      0,
      [
        [23, 37],
        [23.1, 37],
      ],
    ],
    [
      2,
      [
        [23.1, 37],
        [23.2, 37],
        [23.3, 37],
      ],
    ],
    [
      3,
      [
        [23.3, 37],
        [23.4, 37],
      ],
    ],
  ]);
});

test("a speed on a step belongs above it, an unknown one to none", () => {
  const classes = drawn([
    [0, 0, 2],
    [1, 0, 7.9],
    [2, 0, 8],
    [3, 0, null],
    [4, 0, 1],
  ]).map(([each]) => each);
  assert.deepEqual(classes, [1, 2, null]);
});

test("nothing is drawn between two pieces, nor of a single point", () => {
  const lines = drawn(
    [
      [0, 0, 9],
      [1, 0, 9],
    ],
    [[5, 0, 9]],
    [
      [7, 0, 9],
      [8, 0, 9],
    ],
  );
  assert.deepEqual(
    lines.map(([, places]) => places[0][0]),
    [0, 7],
  );
});

test("a line across 180 degrees goes on beyond it", () => {
  const [[, places]] = drawn([
    [179.5, 10, 9],
    [-179.5, 10, 9],
    [179.8, 10, 9],
  ]);
  assert.deepEqual(
    places.map(([lon]) => lon),
    [179.5, 180.5, 179.8],
  );
});

test("a track without a piece is nothing", () => {
  assert.deepEqual(drawn(), []);
});
