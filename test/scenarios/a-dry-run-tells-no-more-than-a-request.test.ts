import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { decisionRecord } from '../../src/core/authzen/decision-log.ts';
import { isBsn } from '../../src/core/subject/reference.ts';
import { databaseEnvironment } from '../../src/demo/story/proof.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { plainAnswer } from '../world/alike.ts';
import { type Chain, detain, eventually, kindsOf, personOf, planRequest, useChain } from '../world/chain.ts';

const chain = useChain();
const nobody = Array.from({ length: 2_000 }, (_, index) => String(999_990_000 + index)).find(isBsn) ?? '';
const fields = ['identity.surname', 'identity.birthDate'];
const decided = z.looseObject({ decision: z.boolean(), context: z.looseObject({ entry: z.uuid() }) });

function evaluation(unit: string, bsn: string) {
  const properties = { identifiedBy: 'bsn', source: roles.prison, fields };
  return {
    subject: { type: 'unit', id: unit },
    action: { name: 'plan-basic-conditions' },
    resource: { type: 'person', id: bsn, properties },
  };
}

const ask = (unit: string, bsn: string) => chain().client(unit).post('/access/v1/evaluation', evaluation(unit, bsn));

it('answers over mutual TLS what a request is then answered, and asks no source', async () => {
  const person = personOf(chain(), 0);
  await detain(chain(), person);
  const beforehand = decided.parse((await ask(roles.municipality, person.bsn)).body);
  expect(beforehand.decision).toBe(true);
  expect(await disclosures(chain())).toBe(0);
  const request = await chain().client(roles.municipality).post('/v1/requests', planRequest(person, fields));
  expect([request.status, await disclosures(chain())]).toEqual([200, 1]);
  const { id } = z.looseObject({ id: z.uuid() }).parse(request.body);
  expect(await kindsOf(chain(), id)).toEqual(['permit', 'disclosure']);
});

it('tells a unit that is not involved the same of a person on record as of nobody, by as many rows', async () => {
  const person = personOf(chain(), 1);
  await detain(chain(), person);
  const seen = [];
  for (const bsn of [person.bsn, nobody, personOf(chain(), 2).bsn]) {
    const before = await rows(chain());
    const answer = await ask(roles.neighbour, bsn);
    const after = await rows(chain());
    expect(decided.parse(answer.body).decision).toBe(false);
    seen.push([plainAnswer(answer, [bsn]), after.entries - before.entries, after.openings - before.openings]);
    expect(after.subjects).toBe(before.subjects);
  }
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[2]).toEqual(seen[0]);
});

it('stands in the tree, with a proof for its parties alone', async () => {
  const { entry } = decided.parse((await ask(roles.neighbour, nobody)).body).context;
  await eventually(async () => {
    const own = await chain().client(roles.neighbour).get(`/ledger/proof/${entry}`);
    return own.status === 200 ? own : null;
  });
  expect((await chain().client(roles.housing).get(`/ledger/proof/${entry}`)).status).toBe(404);
});

it('is in the decision log that an operator exports, beside the requests, without anything personal', async () => {
  const person = personOf(chain(), 0);
  const { entry } = decided.parse((await ask(roles.municipality, person.bsn)).body).context;
  const { code, text } = await exported(chain());
  expect(code).toBe(0);
  const records = text
    .trim()
    .split('\n')
    .map((line) => decisionRecord.parse(JSON.parse(line)));
  const own = records.find(({ response }) => response.context.entry === entry);
  expect(own).toMatchObject({
    request: { subject: { id: roles.municipality }, resource: { properties: { source: roles.prison, fields } } },
    response: { decision: true, context: { dry_run: true } },
  });
  expect(own?.policies.files.length).toBeGreaterThan(20);
  expect(records.some(({ response }) => !response.context.dry_run && response.decision)).toBe(true);
  expect(text).not.toMatch(new RegExp([person.bsn, nobody, person.skn].join('|')));
});

async function disclosures({ owner }: Chain): Promise<number> {
  const { rows } = await owner.query<{ n: number }>(
    `SELECT count(*)::integer AS n FROM ledger_entry WHERE kind = 'disclosure'`,
  );
  return rows[0]?.n ?? Number.NaN;
}

async function rows({ owner }: Chain) {
  const form = z.strictObject({ entries: z.int(), openings: z.int(), subjects: z.int() });
  const found = await owner.query(
    `SELECT (SELECT count(*)::integer FROM ledger_entry WHERE kind <> 'heartbeat') AS entries,
      (SELECT count(*)::integer FROM ledger_opening) AS openings, (SELECT count(*)::integer FROM subject) AS subjects`,
  );
  return form.parse(found.rows[0]);
}

/** The real command, as an operator runs it. */
function exported({ world }: Chain): Promise<{ code: number | null; text: string }> {
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const period = ['--from', '2020-01-01T00:00:00Z', '--to', '2190-01-01T00:00:00Z'];
  const child = spawn(process.execPath, [main, 'policy', 'decisions', ...period], {
    env: { ...process.env, ...databaseEnvironment(world) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, text }));
  });
}
