import { randomUUID } from 'node:crypto';
import type { PartnerClient } from '../../src/demo/partner-client.ts';
import type { Person } from '../../src/demo/population.ts';
import { sourceViews } from '../../src/demo/source-views.ts';
import { startWorld, userSigner, type World } from '../../src/demo/world.ts';
import { plentyLimits } from '../world/plenty-limits.ts';
import type { BenchWorld } from './bench-world.ts';
import { tokenSigner } from './fresh-tokens.ts';

/** One municipality asks one prison for ten fields of the plan: the main job. */
const recipient = 'gemeente-zwolle';
const source = 'pi-zwolle';
const purpose = 'plan-basic-conditions';
const fields = [
  ...['identity.surname', 'identity.givenNames', 'identity.birthDate', 'numbers.bsn', 'detention.start'],
  ...['detention.expectedRelease', 'identityDocument.hasValid', 'housing.priorSituation', 'incomeWork.workHistory'],
  'debts.referral',
];
/** As many different people as clients at most, so that not every request waits for the same row. */
const people = 64;

/** The demo's world with one gateway, and people about whom everything is on record that the purpose asks. */
export async function startBenchWorld(): Promise<BenchWorld> {
  const world = await startWorld({ signals: true, gateways: 1, env: plentyLimits });
  try {
    return await prepare(world);
  } catch (error) {
    await world.stop();
    throw error;
  }
}

async function prepare(world: World): Promise<BenchWorld> {
  const detained = world.persons.filter((person) => person.detention !== null).slice(0, people);
  const prison = world.client(source);
  for (const person of detained) await attest(prison, person);
  prison.close();
  const proxy = await world.authority.issueServer({ name: 'bench-proxy' });
  const [gateway] = world.gateways;
  const sourceUrl = world.sources.get(source)?.url;
  const partner = world.credentials.get(recipient);
  if (gateway === undefined || sourceUrl === undefined || partner === undefined)
    throw new Error('the world is not whole');
  const pem = ({ certificate, key }: { certificate: string; key: string }) => ({
    cert: certificate,
    key,
    ca: world.authority.ca,
  });
  return {
    gateway: {
      url: new URL('/v1/requests', gateway.ready.partnerUrl).href,
      credentials: pem(partner),
      bodies: detained.map(requestAbout),
      signer: tokenSigner.parse(userSigner(world.signers, recipient)),
      expect: 200,
      pids: [gateway.pid],
    },
    source: {
      url: sourceUrl,
      credentials: pem(world.gatewayCredentials),
      bodies: detained.map(questionAbout),
      expect: 200,
    },
    proxy: pem(proxy),
    folder: world.directory,
    databaseUrl: world.database.owner,
    stop: () => world.stop(),
  };
}

async function attest(prison: PartnerClient, { bsn, detention }: Person): Promise<void> {
  const subject = { type: 'bsn', value: bsn };
  const period = { from: `${detention?.start}T08:00:00Z`, until: `${detention?.expectedRelease}T08:00:00Z` };
  const facts = [
    { type: 'detention' },
    { type: 'involvement', unit: source, attributes: { role: 'detaining-prison' } },
    { type: 'involvement', unit: recipient, attributes: { role: 'residence-municipality' } },
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
