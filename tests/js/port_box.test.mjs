// Which ports fit what somebody typed.

import assert from "node:assert/strict";
import { test } from "node:test";

import { fitting, likeness, reachedFirst } from "../../static/ferries/port_box.js";

const PORTS = [
  { code: "SEGOT", name: "Göteborg", country: "Sweden" },
  { code: "GRPIR", name: "Piraeus", country: "Greece" },
  { code: "GRHER", name: "Heraklion", country: "Greece" },
  { code: "NLHVH", name: "Hoek van Holland", country: "Netherlands" },
];
const codes = (typed) => fitting(PORTS, typed).map((port) => port.code);

test("it works: by the beginning of a name, without accents and capitals", () => {
  assert.deepEqual(codes("GOTE"), ["SEGOT"]);
});

test("by a word within the name, by code, by country", () => {
  assert.deepEqual(codes("holl"), ["NLHVH"]);
  assert.deepEqual(codes("grpir"), ["GRPIR"]);
  assert.deepEqual(codes("gree"), ["GRPIR", "GRHER"]);
});

test("what begins so stands before what only contains it", () => {
  assert.deepEqual(codes("h"), ["GRHER", "NLHVH"]);
  assert.ok(likeness(PORTS[2], "hera") < likeness(PORTS[2], "akli"));
});

test("nothing typed is every port, in the list's order; nonsense is none", () => {
  assert.deepEqual(codes(""), ["SEGOT", "GRPIR", "GRHER", "NLHVH"]);
  assert.deepEqual(codes("zzz"), []);
});

test("what a boat reaches comes first, and the rest can still be typed", () => {
  const ports = [
    { code: "AA", name: "Alpha", country: "" },
    { code: "BB", name: "Alba", country: "" },
  ];
  const sorted = reachedFirst(ports, new Set(["BB"]));
  assert.deepEqual(
    fitting(sorted, "al").map((port) => port.code),
    ["BB", "AA"],
  );
  assert.equal(reachedFirst(ports, new Set()), ports);
});
