// The same table of verdicts that tests/boarding/test_judge_code.py answers to.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { CodeBook, fingerprint } from "../../static/boarding/verdict.js";

const table = JSON.parse(readFileSync(new URL("../boarding/verdicts.json", import.meta.url)));

for (const wanted of table.cases) {
  test(`${wanted.code.trim()} is ${wanted.outcome}`, async () => {
    const list = structuredClone(table.list);
    list.sailing.status = wanted.sailing ?? "scheduled";
    list.closing = wanted.is_closed ? table.closing : null;
    for (const ticket of list.tickets)
      for (const field of ["codes", "old_codes"])
        ticket[field] = await Promise.all(ticket[field].map(fingerprint));
    for (const other of list.others) other.codes = await Promise.all(other.codes.map(fingerprint));
    const admitted = new Map((wanted.admitted ?? []).map((key) => [key.join("/"), { gate: "1" }]));

    const said = await new CodeBook(list).verdict(wanted.code, admitted);

    assert.equal(said.outcome, wanted.outcome);
    assert.equal(said.ticket?.holder, wanted.holder);
    assert.equal(said.earlier !== null, wanted.aboard ?? false);
  });
}

test("a fingerprint is 22 URL-safe characters", async () => {
  assert.match(await fingerprint("FW2.AAAA2222.1.p1.1.signature"), /^[\w-]{22}$/);
});
