import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { PartnerClient } from '../../src/demo/partner-client.ts';
import type { Person } from '../../src/demo/population.ts';
import { sourceViews } from '../../src/demo/source-views.ts';
import { startWorld, userSigner, type World } from '../../src/demo/world.ts';
import { encryptionPair } from '../world/encryption-keys.ts';
import { plentyLimits } from '../world/plenty-limits.ts';
import type { Asking, BenchWorld } from './bench-world.ts';
import { tokenSigner } from './fresh-tokens.ts';

/** One municipality asks one prison for ten fields of the plan: the main job. Another has its answers sealed. */
const recipient = 'gemeente-zwolle';
const sealedTo = 'gemeente-deventer';
const source = 'pi-zwolle';
const purpose = 'plan-basic-conditions';
const fields = [
  ...['identity.surname', 'identity.givenNames', 'identity.birthDate', 'numbers.bsn', 'detention.start'],
  ...['detention.expectedRelease', 'identityDocument.hasValid', 'housing.priorSituation', 'incomeWork.workHistory'],
  'debts.referral',
];
/** As many different people as clients at most, so that not every request waits for the same row. */
const people = 64;

/** As `npm start` has it. */
const asStarted = { NODE_OPTIONS: '--max-semi-space-size=32' };

/** The demo's world with one gateway, and people about whom everything is on record that the purpose asks. */
export async function startBenchWorld(): Promise<BenchWorld> {
  const env = { ...plentyLimits, ...asStarted };
  const world = await startWorld({ signals: true, gateways: 1, env });
  try {
    return await prepare(world);
  } catch (error) {
    await world.stop();
    throw error;
  }
}

async function prepare(world: World): Promise<BenchWorld> {
  const detained = world.persons.filter((person) => person.detention !== null).slice(0, 2 * people);
  const [clear, sealed] = [detained.slice(0, people), detained.slice(people)];
  await giveKey(world);
  const prison = world.client(source);
  for (const person of clear) await attest(prison, person, recipient);
  for (const person of sealed) await attest(prison, person, sealedTo);
  prison.close();
  await untilSealed(world, sealed);
  const proxy = await world.authority.issueServer({ name: 'bench-proxy' });
  const [gateway] = world.gateways;
  const sourceUrl = world.sources.get(source)?.url;
  if (gateway === undefined || sourceUrl === undefined) throw new Error('the world is not whole');
  return {
    gateway: { ...asking(world, recipient, clear), pids: [gateway.pid] },
    sealed: asking(world, sealedTo, sealed),
    source: {
      url: sourceUrl,
      credentials: pem(world, world.gatewayCredentials),
      bodies: clear.map(questionAbout),
      expect: 200,
    },
    proxy: pem(world, proxy),
    folder: world.directory,
    databaseUrl: world.database.owner,
    fillWaiting: (count) => fillWaiting(world, count),
    stop: () => world.stop(),
  };
}

function pem({ authority }: World, { certificate, key }: { certificate: string; key: string }) {
  return { cert: certificate, key, ca: authority.ca };
}

function asking(world: World, unit: string, persons: readonly Person[]): Asking {
  const [gateway] = world.gateways;
  const partner = world.credentials.get(unit);
  if (gateway === undefined || partner === undefined) throw new Error('the world is not whole');
  return {
    url: new URL('/v1/requests', gateway.ready.partnerUrl).href,
    credentials: pem(world, partner),
    bodies: persons.map(requestAbout),
    signer: tokenSigner.parse(userSigner(world.signers, unit)),
    expect: 200,
  };
}

/** Two people would approve it elsewhere; the bench wants a unit with a key, however it came by one. */
async function giveKey(world: World): Promise<void> {
  const keys = JSON.stringify([{ jwk: encryptionPair('EC').jwk, proof: null }]);
  await asOwner(world, async (client) => {
    await client.query('UPDATE unit SET encryption_keys = $1 WHERE id = $2', [keys, sealedTo]);
    await client.query('UPDATE registry_version SET version = version + 1');
  });
}

/** Gateways take up a key within two seconds; until then answers come in clear, which is not what is measured. */
async function untilSealed(world: World, [person]: readonly Person[]): Promise<void> {
  if (person === undefined) throw new Error('nobody is left to be asked about');
  const client = world.client(sealedTo);
  for (let tries = 1; ; tries += 1) {
    const reply = await client.post('/v1/requests', JSON.parse(requestAbout(person)));
    if (typeof reply.body === 'object' && reply.body !== null && 'sealed' in reply.body) break;
    if (tries === 2_000) throw new Error(`answers are not sealed: the last was of status ${reply.status}`);
  }
  client.close();
}

const waitStatement = `INSERT INTO request (id, trace, direction, recipient, source, purpose, subject_id, fields, state,
    decision, received_at, moved_at, entry_id, approvals, due_at, wakes_at)
  SELECT gen_random_uuid(), repeat('ab', 16), 'pull', $2, $3, $4, subject.id, '{}', 'awaiting-approval', given.decision,
    now(), now(), gen_random_uuid(), '[]', now() + given.days * interval '1 day', now() + given.days * interval '12 hours'
  FROM (SELECT place, 1 + place % 30 AS days, (SELECT decision FROM request LIMIT 1) AS decision
      FROM generate_series(1, $1::integer) AS place) AS given
    JOIN (SELECT id, row_number() OVER () AS number, count(*) OVER () AS all FROM subject) AS subject
      ON subject.number = 1 + given.place % subject.all`;

async function fillWaiting(world: World, count: number): Promise<void> {
  await asOwner(world, async (client) => {
    await client.query(waitStatement, [count, recipient, source, purpose]);
    await client.query('VACUUM ANALYZE request');
  });
}

async function asOwner(world: World, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: world.database.owner });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function attest(prison: PartnerClient, { bsn, detention }: Person, asker: string): Promise<void> {
  const subject = { type: 'bsn', value: bsn };
  const period = { from: `${detention?.start}T08:00:00Z`, until: `${detention?.expectedRelease}T08:00:00Z` };
  const facts = [
    { type: 'detention' },
    { type: 'involvement', unit: source, attributes: { role: 'detaining-prison' } },
    { type: 'involvement', unit: asker, attributes: { role: 'residence-municipality' } },
  ];
  for (const fact of facts) {
    const reply = await prison.post('/v1/facts', { subject, ...period, ...fact });
    if (reply.status !== 201) throw new Error(`a fact was answered with ${reply.status}`);
  }
}

/** What the municipality asks the gateway, before it signs for whom. */
function requestAbout({ bsn }: Person): string {
  return JSON.stringify({
    purpose,
    source,
    subject: { type: 'bsn', value: bsn },
    fields,
    justification: 'Voorbereiding van de terugkeer naar de gemeente',
    caseReference: 'ZW-2026-0117',
    onBehalfOf: { id: 'medewerker-7', role: 'nazorgcoordinator', name: 'A. de Vries' },
  });
}

/** What the gateway then asks the prison, and the bare proxy passes on. */
function questionAbout({ bsn }: Person): string {
  const pointers = fields.map((field) => sourceViews.get(source)?.fields[field] ?? '');
  const obtained = Object.fromEntries(pointers.map((pointer) => [pointer, ['own']]));
  const subject = { scheme: 'bsn', value: bsn };
  return JSON.stringify({ request: randomUUID(), purpose, subject, fields: pointers, obtained });
}
