import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { loginCode } from '../../../src/demo/login-code.ts';
import { databaseEnvironment } from '../../../src/demo/story/proof.ts';
import { roles } from '../../../src/demo/story/scene.ts';
import type { World } from '../../../src/demo/world.ts';
import { approver, type CanaryWorld, mark, user } from './canary-world.ts';

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const withId = z.looseObject({ id: z.uuid() });
const withData = z.looseObject({ id: z.uuid(), data: z.record(z.string(), z.unknown()) });
const from = '2026-01-01T00:00:00Z';

const planFields = [
  ...['identity.surname', 'identity.givenNames', 'identity.address', 'identity.birthDate', 'numbers.bsn'],
  ...['identityDocument.hasValid', 'incomeWork.workHistory', 'debts.referral', 'housing.priorSituation'],
];
/** Every one of them a text or a list of texts, which a source can put anything into. */
const textFields = ['identity.surname', 'identity.givenNames', 'identity.address', 'incomeWork.workHistory'];

export function plan(bsn: string, fields: readonly string[] = planFields) {
  return {
    purpose: 'plan-basic-conditions',
    source: roles.prison,
    subject: { type: 'bsn', value: bsn },
    fields,
    justification: `Voorbereiding van de terugkeer ${mark('justification')}`,
    caseReference: mark('case reference'),
    onBehalfOf: user(),
  };
}

export function housing(bsn: string) {
  return {
    ...plan('', ['identity.surname', 'housing.need']),
    purpose: 'housing-placement',
    source: roles.municipality,
    subject: { type: 'caseReference', value: `${mark('case reference')}/${bsn}` },
  };
}

export async function attest(c: CanaryWorld, unit: string, bsn: string, fact: object): Promise<string> {
  const body = { subject: { type: 'bsn', value: bsn }, from, ...fact };
  return withId.parse(await c.good('/v1/facts', { unit, body }, 201)).id;
}

export function involvement(unit: string, role: string, more: object = {}) {
  return { type: 'involvement', unit, attributes: { role }, ...more };
}

/** A chain number that no population has, so that it is found wherever it stands. */
export const skn = '8417395260';

/**
 * A chain number makes nobody known: it is refused (400) until it is linked to a person, and from then on what is said
 * by it alone is said of that person.
 */
export async function putOnRecordBySkn(c: CanaryWorld, bsn: string): Promise<void> {
  const body = { subject: { type: 'skn', value: skn }, from, type: 'detention' };
  await c.call('/v1/facts', { unit: roles.prison, body });
  const why = ['--by', mark('who corrects'), '--ground', mark('ground of a correction')];
  await command(c.world, ['subject', 'correct', ...why], `bsn ${bsn}\nskn ${skn}\n`);
  const { rowCount } = await c.owner.query("SELECT 1 FROM subject_identifier WHERE scheme = 'skn'");
  if (rowCount !== 1) throw new Error('the chain number is not kept');
  await c.good('/v1/facts', { unit: roles.prison, body: body }, 201);
}

/** Somebody in prison, with everything on record that a partner can put there, marks in all of it. */
export async function putOnRecord(c: CanaryWorld, bsn: string): Promise<{ readonly involved: string }> {
  await attest(c, roles.prison, bsn, { type: 'detention' });
  await attest(c, roles.prison, bsn, involvement(roles.prison, 'detaining-prison'));
  const reference = { caseReference: `${mark('case reference of a fact')}/${bsn}` };
  const involved = await attest(
    c,
    roles.prison,
    bsn,
    involvement(roles.municipality, 'residence-municipality', reference),
  );
  const conference = { reference: mark('reference of a fact') };
  await attest(c, roles.prison, bsn, involvement(roles.municipality, 'conference-member', conference));
  await attest(c, roles.prison, bsn, involvement(roles.probation, 'supervising-probation'));
  await attest(c, roles.municipality, bsn, involvement(roles.housing, 'housing-applicant'));
  return { involved };
}

/** An answer that is full of what a source says of somebody; it went through. */
export async function deliverMarked(c: CanaryWorld, bsn: string): Promise<string> {
  const source = c.world.sources.get(roles.prison);
  await source?.behave({ type: 'strangeText', text: ` ${mark('field of a source')}` });
  const { id, data } = withData.parse(await c.good('/v1/requests', { body: plan(bsn, textFields) }, 200));
  if (Object.keys(data).length !== textFields.length) throw new Error('not every field was delivered');
  if (!Object.values(data).every((value) => JSON.stringify(value).includes(mark('field of a source'))))
    throw new Error('a field came without its mark');
  await source?.behave({ type: 'well' });
  return id;
}

/** Asked by the reference of a case, agreed to by the person and by somebody of the source. */
export async function placeInHousing(c: CanaryWorld, bsn: string): Promise<void> {
  const consent = {
    subject: { type: 'bsn', value: bsn },
    source: roles.municipality,
    recipient: roles.housing,
    purpose: 'housing-placement',
    categories: ['identity', 'housing'],
    validUntil: new Date(Date.now() + 90 * 86_400_000).toISOString(),
    language: 'nl',
    caseReference: `${mark('case reference')}/${bsn}`,
  };
  await c.good('/v1/consents', { body: consent }, 202);
  const visitor = c.world.visitor();
  const code = await loginCode(c.world, { bsn });
  await visitor.submit(await visitor.visit('/login'), '/login', { code });
  await visitor.submit(await visitor.visit('/me/consents'), '/decision', { decision: 'given' });
  visitor.close();
  const { id } = withId.parse(await c.good('/v1/requests', { unit: roles.housing, body: housing(bsn) }, 202));
  const declined = withId.parse(await c.good('/v1/requests', { unit: roles.housing, body: housing(bsn) }, 202));
  const decide = (request: string, body: object) => c.good(`/v1/requests/${request}/approvals`, { body }, 200);
  await decide(id, { decision: 'approved', approver: approver() });
  await decide(declined.id, { decision: 'declined', approver: approver(), ground: mark('decline ground') });
  await c.good(`/v1/requests/${id}/collections`, { unit: roles.housing, body: {} }, 200);
  const destroyed = { how: 'erased', by: user() };
  await c.good(`/v1/disclosures/${id}/destruction`, { unit: roles.housing, body: destroyed }, 200);
}

export async function disputeAndClaim(c: CanaryWorld, bsn: string, involved: string): Promise<void> {
  await c.good(`/v1/facts/${involved}/dispute`, { body: { ground: mark('dispute ground') } }, 200);
  const { dispute } = await c.good(`/v1/facts/${involved}`, { unit: roles.prison }, 200);
  if (!JSON.stringify(dispute).includes(mark('dispute ground'))) throw new Error('the ground is not told');
  await c.good(`/v1/facts/${involved}/confirmation`, { unit: roles.prison, body: {} }, 200);
  const claim = {
    subject: { type: 'bsn', value: bsn },
    role: 'return-municipality',
    attester: roles.prison,
    justification: `Meldde zich bij ons ${mark('claim justification')}`,
    onBehalfOf: user(),
  };
  for (const decision of ['confirmation', 'rejection']) {
    const { id } = withId.parse(await c.good('/v1/involvement-claims', { unit: roles.neighbour, body: claim }, 202));
    const { justification } = await c.good(`/v1/involvement-claims/${id}`, { unit: roles.prison }, 200);
    if (justification !== claim.justification) throw new Error('the justification is not told');
    const body =
      decision === 'confirmation'
        ? { from, caseReference: `${mark('case reference of a fact')}/${bsn}/2` }
        : { ground: mark('rejection ground') };
    await c.good(`/v1/involvement-claims/${id}/${decision}`, { unit: roles.prison, body }, 200);
  }
}

export async function askAccess(c: CanaryWorld, bsn: string): Promise<void> {
  const properties = { identifiedBy: 'bsn', source: roles.prison, fields: ['identity.surname'] };
  const body = {
    subject: {
      type: 'unit',
      id: roles.municipality,
      properties: { role: 'nazorgcoordinator', naam: mark('user name') },
    },
    action: { name: 'plan-basic-conditions', properties: { about: mark('AuthZEN property') } },
    resource: { type: 'person', id: bsn, properties: { ...properties, naam: mark('AuthZEN property') } },
    context: { about: mark('AuthZEN property') },
  };
  await c.good('/access/v1/evaluation', { body }, 200);
}

/** A command as an operator runs it; what it printed. */
export async function command(world: World, args: readonly string[], input: string): Promise<string> {
  const env = { ...process.env, ...databaseEnvironment(world) };
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(input);
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
  return said.trim();
}

/** Somebody who decides for the person, and officers who look and search; what they type is about somebody. */
export async function visitPages(c: CanaryWorld, bsn: string): Promise<void> {
  const named = ['--name', mark('representative name'), '--ground', mark('representative ground')];
  const code = await command(c.world, ['login-code', 'representative', ...named], bsn);
  const representative = c.world.visitor();
  await representative.submit(await representative.visit('/login'), '/login', { code });
  if ((await representative.visit('/me')).status !== 200) throw new Error('the representative did not come in');
  const officer = c.world.visitor();
  await officer.submit(await officer.visit('/login'), '/login', { code: mark('login form') });
  const holder = { officer: 'P. Smit', unit: null };
  await officer.submit(await officer.visit('/login'), '/login', { code: await loginCode(c.world, holder) });
  const wrong = encodeURIComponent(mark('officer filter'));
  for (const path of [`/officer/disclosures?purpose=${wrong}`, `/officer/entries/${wrong}`, `/officer/${wrong}`]) {
    await officer.visit(path);
  }
  const list = await officer.visit('/officer/disclosures?kind=any');
  for (const [path] of list.html.matchAll(/\/officer\/entries\/[0-9a-f-]{36}/g)) await officer.visit(path);
  officer.close();
  representative.close();
}
