import { appendFileSync, closeSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { historyLine } from '../../src/core/policy/replay/recorded-decision.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { variedDecisions } from '../world/varied-decisions.ts';

/** `node test/bench/write-history.ts FILE COUNT`: a history file to measure `policy impact --history FILE` with. */
const [file = 'history.ndjson', count = '1000000'] = process.argv.slice(2);
const out = openSync(resolve(file), 'w', 0o600);
let lines: string[] = [];
for (const decision of variedDecisions(shippedSet(), Number(count))) {
  lines.push(`${historyLine(decision)}\n`);
  if (lines.length < 5000) continue;
  appendFileSync(out, lines.join(''));
  lines = [];
}
appendFileSync(out, lines.join(''));
closeSync(out);
