// What stands below the chart of an index.

import assert from "node:assert/strict";
import { test } from "node:test";

import { legendFormats } from "../../static/ports/index_chart.js";

const CHART = null;
const NO_POINTER = null;

function legend(values, index) {
  const times = values.map((_, at) => at * 100);
  const labels = new Map(times.map((time, at) => [time, `Q${at + 1} 2024`]));
  const { period, figure } = legendFormats({ times, values, labels });
  return [period(CHART, null, 0, index), figure(CHART, null, 1, index)];
}

test("it works", () => {
  assert.deepEqual(legend([10, 20, 30], 1), ["Q2 2024", "20.00"]);
});

test("without a pointer it is the newest period with a figure", () => {
  assert.deepEqual(legend([10, 20, null], NO_POINTER), ["Q2 2024", "20.00"]);
});

test("a gap below the pointer is a gap", () => {
  assert.deepEqual(legend([10, null, 30], 1), ["Q2 2024", "–"]);
});

test("of nothing there is nothing to say", () => {
  assert.deepEqual(legend([], NO_POINTER), ["–", "–"]);
});
