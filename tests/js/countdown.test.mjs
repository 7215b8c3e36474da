// The clock of a hold: it counts down, empties its bar, and asks for the page again at the end.

import assert from "node:assert/strict";
import { test } from "node:test";

import { open, run } from "./page.mjs";

const HOLD = `<section data-hold>
  <time data-countdown="1800" datetime="2026-11-25T12:30:00Z">until 12:30</time></section>`;

test("it works", async (t) => {
  t.mock.timers.enable({ apis: ["Date", "setInterval"], now: Date.parse("2026-11-25T12:00:00Z") });
  const document = open(HOLD);
  await run("web/countdown.js");
  const clock = document.querySelector("time");
  assert.equal(clock.textContent, "30:00");

  t.mock.timers.tick(901_000);
  assert.equal(clock.textContent, "14:59");
  const left = Number(document.querySelector("[data-hold]").style.getPropertyValue("--left"));
  assert.ok(Math.abs(left - 0.5) < 0.01);
});

test("more than an hour is shown with hours", async (t) => {
  t.mock.timers.enable({ apis: ["Date", "setInterval"], now: Date.parse("2026-11-25T11:05:06Z") });
  const document = open(HOLD);
  await run("web/countdown.js");
  assert.equal(document.querySelector("time").textContent, "1:24:54");
});

test("at the end the page is asked for once, after a moment", async (t) => {
  const apis = ["Date", "setInterval", "setTimeout"];
  t.mock.timers.enable({ apis, now: Date.parse("2026-11-25T12:29:58Z") });
  const document = open(HOLD);
  let reloads = 0;
  location.reload = () => reloads++;
  await run("web/countdown.js");

  t.mock.timers.tick(2_000);
  assert.equal(document.querySelector("time").textContent, "0:00");
  assert.equal(reloads, 0);
  t.mock.timers.tick(60_000);
  assert.equal(reloads, 1);
});
