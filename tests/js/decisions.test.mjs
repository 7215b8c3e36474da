// A gate with and without a line: who decides, what is kept, what is handed in.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Decisions } from "../../static/boarding/decisions.js";
import { LineError, Refused } from "../../static/boarding/line.js";
import { fingerprint } from "../../static/boarding/verdict.js";

const table = JSON.parse(readFileSync(new URL("../boarding/verdicts.json", import.meta.url)));

async function boardingList() {
  const list = structuredClone(table.list);
  for (const ticket of list.tickets)
    for (const field of ["codes", "old_codes"])
      ticket[field] = await Promise.all(ticket[field].map(fingerprint));
  return list;
}

/** What a browser's shelf does, in memory. */
class Shelf {
  kept = new Map();
  listKept = null;
  list = async () => this.listKept;
  keepList = async (list) => void (this.listKept = list);
  admissions = async () => [...this.kept.values()];
  keep = async (admission) => void this.kept.set(admission.id, admission);
  settle = async ({ id }) => void this.kept.set(id, { ...this.kept.get(id), settled: true });
}

/** A line that can be cut, and writes down what it was asked. */
class FakeLine {
  isCut = false;
  handedIn = [];
  constructor(list) {
    this.boardingList = list;
  }
  #say(answer) {
    if (this.isCut) throw new LineError("cut");
    return answer;
  }
  list = async () => this.#say(this.boardingList);
  state = async () => this.#say({ count: {}, recent: [], unsettled: 0, repeated: [] });
  scan = async () => this.#say({ verdict: { outcome: "unknown" }, state: {} });
  settle = async (admissions) => {
    this.#say(null);
    this.handedIn.push(...admissions);
    return { repeated: [] };
  };
  undo = async () => {
    this.#say(null);
    throw new Refused("There is no such admission.", { cause: 404 });
  };
}

async function gate({ mayDecide = true } = {}) {
  const line = new FakeLine(await boardingList());
  const shelf = new Shelf();
  const decisions = new Decisions(line, shelf, "sailing", mayDecide);
  await decisions.refresh();
  return { line, shelf, decisions };
}

const scan = async (decisions, code) => (await decisions.scan({ code, gate: "1" })).verdict.outcome;

test("it works: without a line the browser lets aboard once, and hands in when the line is back", async () => {
  const { line, decisions } = await gate();
  line.isCut = true;
  assert.equal(await scan(decisions, "code:ada"), "admitted");
  assert.equal(await scan(decisions, "code:ada"), "duplicate");
  assert.equal((await decisions.state()).unsettled, 1);

  line.isCut = false;
  await decisions.handIn();

  assert.deepEqual(
    line.handedIn.map((one) => [one.reference, one.leg, one.holder, one.gate]),
    [["AAAA2222", 1, "p1", "1"]],
  );
  assert.equal((await decisions.state()).unsettled, 0);
});

test("with a line, the line decides", async () => {
  const { decisions } = await gate();
  assert.equal(await scan(decisions, "code:ada"), "unknown");
});

test("a page that is opened again without a line goes on from its shelf", async () => {
  const { line, shelf, decisions } = await gate();
  line.isCut = true;
  await scan(decisions, "code:ada");

  const opened = new Decisions(line, shelf, "sailing", true);
  await opened.refresh();

  assert.equal(await scan(opened, "code:ada"), "duplicate");
  assert.equal((await opened.state()).count.people, 1);
});

test("two scans at once of one code let one in", async () => {
  const { line, decisions } = await gate();
  line.isCut = true;
  const said = await Promise.all(["code:ada", "code:ada"].map((code) => scan(decisions, code)));
  assert.deepEqual(said.toSorted(), ["admitted", "duplicate"]);
});

test("a gate of a quay lets nobody aboard while its laptop is silent", async () => {
  const { line, decisions } = await gate({ mayDecide: false });
  line.isCut = true;
  await assert.rejects(scan(decisions, "code:ada"), LineError);
});

test("what was not handed in yet is taken back here, and handed in as taken back", async () => {
  const { line, shelf, decisions } = await gate();
  line.isCut = true;
  await scan(decisions, "code:ada");
  const [id] = shelf.kept.keys();
  line.isCut = false;

  await decisions.undo(id);
  await decisions.handIn();

  assert.equal(typeof line.handedIn[0].undone_at, "string");
  line.isCut = true;
  assert.equal(await scan(decisions, "code:ada"), "admitted");
});

test("what another gate took back is not aboard here", async () => {
  const { line, shelf, decisions } = await gate();
  line.isCut = true;
  await scan(decisions, "code:ada");
  const [own] = shelf.kept.values();
  line.isCut = false;
  const undone = { ...own, undone_at: "2026-12-01T09:00:00Z" };
  line.boardingList = { ...line.boardingList, admitted: [undone] };
  await decisions.refresh();
  line.isCut = true;

  assert.equal(await scan(decisions, "code:ada"), "admitted");
});

test("a session that ended is not a network that is away", async () => {
  const { line, decisions } = await gate();
  line.scan = async () => {
    throw new LineError("answer 401", { cause: 401 });
  };
  assert.equal(await scan(decisions, "code:ada"), "admitted");
  assert.equal(decisions.isSignedOut, true);
});

test("lanes are counted in metres, and who is missing has a name", async () => {
  const { line, decisions } = await gate();
  line.isCut = true;
  decisions.list.tickets.find((one) => one.holder === "v1").length_cm = 450;
  await scan(decisions, "code:car");

  const { count } = await decisions.state();
  const missing = await decisions.missing();

  assert.deepEqual([count.vehicles, count.lane_cm, count.lane_cm_expected], [1, 450, 450]);
  assert.deepEqual(
    missing.map((ticket) => ticket.name),
    ["Ada Lund", "Bo Berg"],
  );
});
