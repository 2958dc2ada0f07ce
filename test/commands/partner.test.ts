import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant } from '../../src/core/brand.ts';
import { addPolicyApprover } from '../../src/store/policy-approvers.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { type TestSigner, testSigner } from '../world/signer.ts';

const main = resolve(import.meta.dirname, '../../src/main.ts');
const place = mkdtempSync(join(tmpdir(), 'sluis-partner-'));
const [a, b] = ['a', 'b'].map((digit) => digit.repeat(64));
const oin = '00000099000000123000';

let database: FreshDatabase;
let signers: readonly TestSigner[];
beforeAll(async () => {
  database = await freshDatabase();
  signers = await Promise.all([testSigner('A. de Boer'), testSigner('S. Yilmaz', 'ES256')]);
  for (const signer of signers) {
    await addPolicyApprover(database.pools.owner, signer, instant(new Date()));
    write(`${signer.name}.jwk`, JSON.stringify(signer.privateJwk));
  }
});
afterAll(async () => {
  await database.drop();
  rmSync(place, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** `sluis partner …`, as an operator runs it. */
function partner(...args: readonly string[]): Promise<Ended> {
  return partnerWith({}, ...args);
}

function partnerWith(settings: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ended> {
  const { owner, serve, sequencer, eraser } = database.urls;
  const urls = { DATABASE_URL: owner, DATABASE_URL_SERVE: serve, DATABASE_URL_SEQUENCER: sequencer };
  const env = {
    ...process.env,
    ...urls,
    DATABASE_URL_ERASER: eraser,
    SLUIS_DATA_DIR: join(place, 'data'),
    ...settings,
  };
  const child = spawn(process.execPath, [main, 'partner', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text: Buffer) => {
    out += text.toString();
  });
  child.stderr.on('data', (text: Buffer) => {
    err += text.toString();
  });
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => done({ code, out, err }));
  });
}

function write(name: string, text: string): string {
  const file = join(place, name);
  writeFileSync(file, text);
  return file;
}

function partnersYaml(unit: string): string {
  return `organisations:\n  - oin: '${oin}'\n    name: Gemeente Voorbeeld\n    units:\n      - id: gemeente-voorbeeld\n        name: College\n        kind: municipality\n${unit}`;
}

let proposals = 0;
/** What both approvers sign of a proposal, as options of the command that carries it out. */
async function approved(...args: readonly string[]): Promise<readonly string[]> {
  proposals += 1;
  const proposal = join(place, `proposal-${proposals}.json`);
  expect(await partner(...args, '--propose', proposal)).toMatchObject({ code: 0, err: '' });
  const options: string[] = [];
  for (const { name } of signers) {
    const signed = await partner('sign', proposal, '--key', join(place, `${name}.jwk`), '--as', name);
    expect(signed.code).toBe(0);
    options.push('--approval', write(`approval-${proposals}-${options.length}.json`, signed.out));
  }
  return options;
}

const state = async () =>
  (await database.pools.owner.query('SELECT id, state, selector, signing_keys FROM unit ORDER BY id')).rows;

/** Each command is a process, which takes its time on a busy machine. */
describe('sluis partner', { timeout: 240_000 }, () => {
  it('says what it can do', async () => {
    const help = await partner('--help');
    expect(help.code).toBe(0);
    for (const verb of ['add', 'rotate', 'resume', 'suspend', 'cancel', 'sign', 'list', 'show'])
      expect(help.out).toContain(`  ${verb} `);
    for (const verb of ['add', 'suspend', 'rotate']) expect((await partner(verb, '--help')).code).toBe(0);
    expect((await partner('apply')).code).toBe(2);
  });

  it('lets nobody in without two approvals, and tells how to get them', async () => {
    const file = write('partners.yaml', partnersYaml(`        thumbprints: ['${a}']\n`));
    const refused = await partner('add', file, '--json');
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('two approvals are needed') });
    expect(refused.err).toContain('--propose');
    expect(JSON.parse(refused.out)).toMatchObject({ became: 'refused', kind: 'approval' });
    const one = (await approved('add', file)).slice(0, 2);
    expect(await partner('add', file, ...one)).toMatchObject({ code: 1 });
    expect(await state()).toEqual([]);
  });

  it('lets in whom two people approved, who were told what they signed', async () => {
    const file = join(place, 'partners.yaml');
    const proposal = join(place, 'first.json');
    const proposed = await partner('add', file, '--propose', proposal);
    expect(proposed.out).toContain(`unit gemeente-voorbeeld (municipality of ${oin}), new, active`);
    const told = await partner('sign', proposal, '--key', join(place, 'A. de Boer.jwk'), '--as', 'A. de Boer');
    expect(told.err).toContain(`thumbprints: nothing -> ["${a}"]`);
    const added = await partner('add', file, ...(await approved('add', file)), '--json');
    expect(added).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(added.out)).toMatchObject({ became: 'done', action: 'add', units: ['gemeente-voorbeeld'] });
    expect(await state()).toMatchObject([{ id: 'gemeente-voorbeeld', state: 'active' }]);
    const again = await partner('add', file, '--propose', join(place, 'again.json'));
    expect(again).toMatchObject({ code: 1, err: 'sluis: it is so already: nothing changes\n' });
  });

  it('writes no proposal over another file', async () => {
    const file = write('other.yaml', partnersYaml(`        thumbprints: ['${b}']\n`));
    const before = readFileSync(join(place, 'first.json'), 'utf8');
    const refused = await partner('add', file, '--propose', join(place, 'first.json'));
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('exists already') });
    expect(readFileSync(join(place, 'first.json'), 'utf8')).toBe(before);
  });

  it('rotates a certificate with an overlap, and keeps the last one', async () => {
    const come = write('come.yaml', `thumbprints:\n  add: ['${b}']\n`);
    const rotated = await partner(
      'rotate',
      'gemeente-voorbeeld',
      come,
      ...(await approved('rotate', 'gemeente-voorbeeld', come)),
    );
    expect(rotated).toMatchObject({ code: 0, out: 'partner rotate gemeente-voorbeeld: done\n' });
    const go = write('go.json', JSON.stringify({ thumbprints: { drop: [a] } }));
    await partner('rotate', 'gemeente-voorbeeld', go, ...(await approved('rotate', 'gemeente-voorbeeld', go)));
    expect(await state()).toMatchObject([{ selector: { thumbprints: [b] } }]);
    const all = write('all.yaml', `thumbprints:\n  drop: ['${b}']\n`);
    const refused = await partner('rotate', 'gemeente-voorbeeld', all, '--propose', join(place, 'none.json'));
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('must keep one') });
  });

  it('rotates a signing key, which show names as it is dropped', async () => {
    const [signer] = signers;
    const come = write('key.json', JSON.stringify({ signingKeys: { add: [signer?.key] } }));
    await partner('rotate', 'gemeente-voorbeeld', come, ...(await approved('rotate', 'gemeente-voorbeeld', come)));
    const shown = JSON.parse((await partner('show', 'gemeente-voorbeeld', '--json')).out);
    expect(shown).toMatchObject({ state: 'active', signingKeyThumbprints: [signer?.thumbprint], thumbprints: [b] });
  });

  it('signs a proposal alone: of another file it says which kind it wants, and suggests no word that stands there', async () => {
    const other = write('other.json', JSON.stringify({ signingKeys: { drop: [a] } }));
    const { code, err } = await partner('sign', other, '--key', join(place, 'A. de Boer.jwk'), '--as', 'A. de Boer');
    expect([code, err.includes('is not a proposal'), err.includes('mean')]).toEqual([1, true, false]);
  });

  it('closes a unit at once by one named person, and opens it by two', async () => {
    const alone = await partner('suspend', 'gemeente-voorbeeld', '--by', 'A. de Boer');
    expect(alone).toMatchObject({ code: 1, err: expect.stringContaining('ground') });
    const closed = await partner('suspend', 'gemeente-voorbeeld', '--by', 'A. de Boer', '--ground', 'sleutel gelekt');
    expect(closed).toMatchObject({ code: 0, err: '' });
    expect(await state()).toMatchObject([{ state: 'suspended' }]);
    const twice = await partner('suspend', 'gemeente-voorbeeld', '--by', 'A. de Boer', '--ground', 'sleutel gelekt');
    expect(twice).toMatchObject({ code: 1, err: expect.stringContaining('nothing changes') });
    expect(await partner('resume', 'gemeente-voorbeeld')).toMatchObject({ code: 1 });
    expect(await state()).toMatchObject([{ state: 'suspended' }]);
    const resumed = await partner('resume', 'gemeente-voorbeeld', ...(await approved('resume', 'gemeente-voorbeeld')));
    expect(resumed).toMatchObject({ code: 0, err: '' });
    expect(await state()).toMatchObject([{ state: 'active' }]);
    const { rows } = await database.pools.owner.query<{ leaf: string }>(
      `SELECT leaf FROM ledger_entry WHERE kind = 'partner-changed' ORDER BY time, id`,
    );
    expect(rows.map(({ leaf }) => JSON.parse(leaf).body.action)).toEqual([
      'add',
      'rotate',
      'rotate',
      'rotate',
      'suspend',
      'resume',
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/Boer|Yilmaz|gelekt/);
  });

  it('plans for a later start, as it was signed and not otherwise', async () => {
    const from = '2999-01-01T00:00:00.000Z';
    const file = write('later.yaml', partnersYaml(`        thumbprints: ['${a}']\n`));
    const options = await approved('add', file, '--from', from);
    expect(await partner('add', file, ...options)).toMatchObject({
      code: 1,
      err: expect.stringContaining('signed another start'),
    });
    expect(await partner('add', file, '--from', from, ...options)).toMatchObject({
      code: 0,
      out: `partner add 1 organisation(s): planned, from ${from}\n`,
    });
    expect(await state()).toMatchObject([{ selector: { thumbprints: [b] } }]);
  });

  it.each([
    [
      'moves to another organisation',
      `organisations:\n  - oin: '00000099000000999000'\n    name: Ander\n    units:\n      - { id: gemeente-voorbeeld, name: College, kind: municipality }\n`,
      'registered under another organisation',
    ],
    [
      'becomes another kind',
      partnersYaml('').replace('kind: municipality', 'kind: mayor'),
      'registered as another kind',
    ],
  ])('refuses that a unit %s', async (_what, text, said) => {
    const refused = await partner('add', write('moved.yaml', text), '--propose', join(place, 'moved.json'));
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining(said) });
  });

  it('names line and column of what is wrong in a file', async () => {
    const refused = await partner('add', write('bad.yaml', partnersYaml('        thumprints: []\n')), '--json');
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringMatching(/bad\.yaml:8:9 .*did you mean "thumbprints"/),
    });
    expect(JSON.parse(refused.out)).toMatchObject({ kind: 'malformed-file', errors: [{ line: 8, column: 9 }] });
  });

  it.each([
    [
      'a proposal that shows something else than what is on record',
      (text: string) => text.replace('"name": "College"', '"name": "Anders"'),
    ],
  ])('takes no signature under %s', async (_what, forge) => {
    const proposal = join(place, 'forged.json');
    const file = write('renamed.yaml', partnersYaml(`        thumbprints: ['${b}']\n`).replace('College', 'Bestuur'));
    await partner('add', file, '--propose', proposal);
    write('forged.json', forge(readFileSync(proposal, 'utf8')));
    const options: string[] = [];
    for (const { name } of signers) {
      const signed = await partner('sign', proposal, '--key', join(place, `${name}.jwk`), '--as', name);
      options.push('--approval', write(`forged-${options.length}.json`, signed.out));
    }
    expect(await partner('add', file, ...options)).toMatchObject({
      code: 1,
      err: expect.stringContaining('signed for what was on record before'),
    });
  });

  it('lists and shows, and knows no unit that is not there', async () => {
    const { units } = JSON.parse((await partner('list', '--json')).out);
    const [listed] = units;
    expect(listed).toEqual({ id: 'gemeente-voorbeeld', state: 'active', kind: 'municipality', oin, name: 'College' });
    const [line] = (await partner('list')).out.split('\n');
    expect(line).toBe(`gemeente-voorbeeld  active  municipality  ${oin}  College`);
    expect(await partner('show', 'niemand')).toMatchObject({
      code: 1,
      err: expect.stringContaining('is not a registered unit'),
    });
    expect(await partner('add', join(place, 'is-er-niet.yaml'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no such file'),
    });
  });

  it('tells what is planned, and lets one person cancel it by its id, named and with a ground', async () => {
    const file = write('planned.yaml', partnersYaml(`        thumbprints: ['${b}']\n`).replace('College', 'Raad'));
    const from = ['--from', '2099-01-01T00:00:00Z'];
    const added = await partner('add', file, ...from, ...(await approved('add', file, ...from)), '--json');
    const { id, became } = JSON.parse(added.out);
    expect(became).toBe('planned');
    expect((await partner('list')).out).toContain(`planned from 2099-01-01T00:00:00`);
    const { planned } = JSON.parse((await partner('list', '--json')).out);
    expect(planned).toContainEqual(expect.objectContaining({ id, action: 'add', units: ['gemeente-voorbeeld'] }));
    const who = ['--by', 'A. de Boer', '--ground', 'toch niet'];
    expect((await partner('cancel', id, '--by', 'A. de Boer')).code).not.toBe(0);
    expect(await partner('cancel', id, '--by', 'A. de Boer', '--ground', ' ')).toMatchObject({ code: 1 });
    expect(JSON.parse((await partner('cancel', id, ...who, '--json')).out)).toEqual({ became: 'cancelled', id });
    expect(await partner('cancel', id, ...who)).toMatchObject({
      code: 1,
      err: expect.stringContaining('is not a planned change'),
    });
    expect((await partner('list', '--json')).out).not.toContain(id);
  });

  it('asks for no approvals in the demo alone', async () => {
    const file = write('demo.yaml', partnersYaml(`        thumbprints: ['${b}']\n`).replace('College', 'Bestuur'));
    const off = { SLUIS_POLICY_SIGNATURES: 'off' };
    expect(await partnerWith(off, 'add', file)).toMatchObject({ code: 2, err: expect.stringContaining('demo only') });
    expect(await partnerWith({ ...off, SLUIS_ENVIRONMENT: 'demo' }, 'add', file)).toMatchObject({ code: 0, err: '' });
  });
});
