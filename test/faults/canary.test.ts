import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/api/metrics.ts';
import { problemTypes } from '../../src/api/problem-types.ts';
import type { Person } from '../../src/demo/population.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { rawCall } from '../world/raw-call.ts';
import { askThroughInway, askThroughProxy } from './canary/at-other-entrances.ts';
import { breakRecord, slowHeaders } from './canary/broken-record.ts';
import { type CanaryWorld, marks, startCanary } from './canary/canary-world.ts';
import { failSources, nobody, refusals, wrongCertificates, wrongForms } from './canary/error-paths.ts';
import {
  askAccess,
  deliverMarked,
  disputeAndClaim,
  placeInHousing,
  plan,
  putOnRecord,
  putOnRecordBySkn,
  skn,
  visitPages,
} from './canary/good-flows.ts';
import { leaksIn, type Mark, spellings } from './canary/marks.ts';
import { type PlaceName, placeNames, places } from './canary/places.ts';

let c: CanaryWorld;
let person: Person;
/** About whom is claimed and disputed. */
let claimed: Person;
beforeAll(async () => {
  c = await startCanary();
  person = c.person(0);
  claimed = c.person(1);
});
afterAll(() => c?.stop());

/** What must not be found: every text that was put somewhere, and the numbers of those who were asked about. */
function secrets(): readonly Mark[] {
  const texts = Object.values(marks).filter(({ name }) => name !== 'planted');
  return [
    ...texts,
    { name: 'BSN', text: person.bsn },
    { name: 'BSN of nobody', text: nobody },
    { name: 'BSN of a claim', text: claimed.bsn },
    { name: 'SKN', text: skn },
  ];
}

async function leaks(wanted: readonly Mark[]): Promise<ReadonlyMap<PlaceName, readonly string[]>> {
  const found = new Map<PlaceName, readonly string[]>();
  for (const [place, parts] of await places(c)) {
    const here = [...parts].flatMap(([part, content]) => leaksIn(content, wanted).map((leak) => `${part}: ${leak}`));
    found.set(place, here);
  }
  return found;
}

describe('the search', () => {
  it('finds a value in every spelling, wherever in a text it stands', () => {
    const { planted } = marks;
    for (const { form, bytes } of spellings(planted.text)) {
      for (const before of ['', 'a', 'ab']) {
        expect(leaksIn(Buffer.concat([Buffer.from(before), bytes, Buffer.from('z')]), [planted]), form).not.toEqual([]);
      }
    }
    for (const encoding of ['base64', 'base64url', 'hex'] as const) {
      for (const before of ['', 'x', 'xy', 'xyz']) {
        const text = Buffer.from(`${before}${planted.text}, en meer`).toString(encoding);
        expect(leaksIn(`{"a":"${text}"}`, [planted]), encoding).not.toEqual([]);
      }
    }
    expect(leaksIn('{"a":"niets"}', [planted])).toEqual([]);
  });

  it('finds a leak that was planted in each of the places', async () => {
    const { planted } = marks;
    // A line that somebody forgot in the code, in the gateway's own process.
    process.kill(c.world.gateways[0]?.pid ?? 0, 'SIGWINCH');
    await c.owner.query('CREATE TABLE planted (clear text, bytes bytea, spelt text, document jsonb)');
    const values = [
      planted.text,
      Buffer.from(planted.text, 'utf16le'),
      Buffer.from(`x${planted.text}`).toString('base64'),
    ];
    await c.owner.query('INSERT INTO planted VALUES ($1, $2, $3, $4)', [...values, { naam: planted.text }]);
    await c.vault.query('CREATE TABLE planted AS SELECT $1::text AS clear', [planted.text]);
    await c.owner.query('CHECKPOINT');
    await sleep(200);
    const found = await leaks([planted]);
    expect(found.get('output of the gateways')?.join()).toContain('planted (utf8)');
    expect(found.get('dump of the database')?.join()).toMatch(/utf8.*utf16le in hex.*base64/s);
    expect(found.get('dump of the vault')?.join()).toContain('planted (utf8)');
    expect(found.get('files of the database and the gateways')?.join()).toMatch(/cluster.*planted \(utf8\)/s);
    await c.owner.query('DROP TABLE planted');
    await c.vault.query('DROP TABLE planted');
  });

  it('finds one in measurements, in what a source is asked and in the body of an error', async () => {
    const { planted } = marks;
    const metrics = createMetrics();
    metrics.alert(planted.text);
    expect(leaksIn(await metrics.text(), [planted])).not.toEqual([]);
    const [recorder] = c.recorders;
    const url = new URL(`?naam=${planted.text}`, recorder?.url).href;
    const { gatewayCredentials, authority } = c.world;
    await rawCall({ url, ca: authority.ca, credentials: gatewayCredentials, method: 'POST', body: '{}' });
    expect((await leaks([planted])).get('questions to sources')).not.toEqual([]);
    c.problems.set('planted', [JSON.stringify({ detail: planted.text })]);
    expect((await leaks([planted])).get('error bodies')).not.toEqual([]);
    c.problems.delete('planted');
  });
});

async function waitForFetching({ owner }: CanaryWorld): Promise<void> {
  for (let tried = 0; tried < 100; tried++) {
    const { rowCount } = await owner.query("SELECT 1 FROM request WHERE state = 'fetching'");
    if (rowCount === 1) return;
    await sleep(20);
  }
  throw new Error('the gateway does not ask the source');
}

describe('what is told of nobody', () => {
  it('goes through: facts, answers, consents, claims, disputes, pages', async () => {
    await putOnRecord(c, person.bsn);
    await putOnRecordBySkn(c, person.bsn);
    await deliverMarked(c, person.bsn);
    await placeInHousing(c, person.bsn);
    await askThroughProxy(c, person.bsn);
    await askThroughInway(c, person.bsn);
    const { involved } = await putOnRecord(c, claimed.bsn);
    await disputeAndClaim(c, claimed.bsn, involved);
    await askAccess(c, person.bsn);
    await visitPages(c, person.bsn);
  });

  it('goes wrong: every way that a partner, a source or the database has', async () => {
    const slow = slowHeaders(c);
    await failSources(c, person.bsn);
    await wrongForms(c, person.bsn);
    await refusals(c, person.bsn, claimed.bsn);
    await wrongCertificates(c, person.bsn);
    await breakRecord(c, person.bsn);
    await slow;
    const provoked = [...c.problems.keys()].sort();
    const all = Object.keys(problemTypes).sort();
    expect(all.filter((name) => !provoked.includes(name))).toEqual(Object.keys(notProvoked).sort());
  });

  it('ends: killed, and by errors that nobody caught', async () => {
    const [first, second, third] = c.world.gateways;
    await places(c);
    expect([...c.measurements.values()].join()).toContain('sluis_refusals_total{reason="source-invalid"}');
    first?.kill('SIGUSR2');
    expect(await first?.exited).toEqual({ code: 1, signal: null });
    const log = readFileSync(join(c.world.directory, 'gateway-1.log'), 'utf8');
    expect(log.trimEnd().split('\n').at(-1)).toMatch(/"level":60.*"fault":"RangeError"/);
    second?.kill('SIGABRT');
    expect(await second?.exited).toEqual({ code: null, signal: 'SIGABRT' });
    // Killed while it waits for what a source says of somebody: it holds the question, the number and the marks.
    const source = c.world.sources.get(roles.prison);
    await source?.behave({ type: 'late', delayMs: 1_500 });
    const answer = c.call('/v1/requests', { body: plan(person.bsn), gateway: 2 }).then(
      () => 'answered',
      () => 'cut off',
    );
    await waitForFetching(c);
    third?.kill('SIGKILL');
    expect(await third?.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await answer).toBe('cut off');
    const left = [process.cwd(), c.world.directory, c.world.dataDir].flatMap((folder) => readdirSync(folder));
    expect(left.filter((name) => /^(core|report\.|Heap\.)/.test(name))).toEqual([]);
  });

  // Searched once: the files of a database are large.
  let searched: ReturnType<typeof leaks> | undefined;
  it.each(placeNames)('is not in the %s', async (place) => {
    searched ??= leaks(secrets());
    expect((await searched).get(place)).toEqual([]);
  });
});

/** Problems that cannot be brought about here, with the reason; each has the constant text of its type. */
const notProvoked: Readonly<Record<string, string>> = {
  'revocation-unknown': 'asks for a list that has run out: test/crypto/trust.test.ts',
  'certificate-malformed': 'asks for a certificate made by hand: test/crypto/negative-certificates.test.ts',
  'certificate-weak-algorithm': 'asks for a certificate made by hand: test/crypto/negative-certificates.test.ts',
  'certificate-invalid-path': 'asks for a certificate made by hand: test/crypto/negative-certificates.test.ts',
  'certificate-wrong-policy': 'asks for policies in the settings: test/crypto/negative-certificates.test.ts',
  'ambiguous-unit': 'asks for two units that nothing tells apart: test/core/partner/recognise.test.ts',
  'user-keys-unavailable': 'asks for a partner that publishes its keys: test/crypto/partner-keys.test.ts',
  'keys-unavailable': 'asks for a token that is lost: test/faults/pkcs11.test.ts',
  'seal-impossible':
    'asks for a unit whose keys were dropped: test/scenarios/an-answer-is-sealed-to-the-recipients-own-key.test.ts',
  'may-not-delay': 'asks for what was given under a rule that tells later: test/core/informing/delay-informing.test.ts',
  'answer-about-another':
    'asks for a source whose people answer: test/scenarios/an-answer-waits-for-its-recipient.test.ts',
  'other-role': 'asks for a rule that names a role: test/core/disclosure/collected-in-a-role.test.ts',
  'other-addressee': 'asks for an offer that waits: test/api/offers.test.ts',
  'emergency-not-possible': 'asks for a source without a connector: test/api/break-glass.test.ts',
  'may-not-confirm': 'asks for a break-glass: test/scenarios/a-break-glass-is-answered-for.test.ts',
  'wrong-emergency-state': 'asks for a break-glass: test/scenarios/a-break-glass-is-answered-for.test.ts',
  'reason-gone': 'asks for openings that were erased: test/store/inbox.test.ts',
  'basis-changed': 'asks for a moment within a request: test/store/subject-corrections.test.ts',
  'fsc-keys-unavailable': 'asks for a Manager that is silent: test/scenarios/an-inway-whose-manager-is-silent.test.ts',
};
