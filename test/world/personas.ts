import { type ConsentId, type Instant, instant } from '../../src/core/brand.ts';
import { decideConsent } from '../../src/core/consent/decide-consent.ts';
import { requestConsent } from '../../src/core/consent/request-consent.ts';
import type { Call, FactBody } from '../../src/core/disclosure/operations.ts';
import type { RequestBody } from '../../src/core/disclosure/request.ts';
import { attestFact } from '../../src/core/fact/attest-fact.ts';
import type { SubjectReference } from '../../src/core/subject/reference.ts';
import { at, memoryUnit, type WorldPorts } from './memory-world.ts';
import { someUser } from './some-user.ts';

/** The Zwolle chain in small: who plays in most tests. */
export const units = [
  memoryUnit('pi', 'prison'),
  memoryUnit('reclassering', 'probation'),
  memoryUnit('gemeente', 'municipality'),
  memoryUnit('buurgemeente', 'municipality'),
  memoryUnit('politie', 'police'),
  memoryUnit('corporatie', 'housingAssociation'),
];

const person: SubjectReference = { type: 'bsn', value: '900000041' };
export const stranger: SubjectReference = { type: 'bsn', value: '900000053' };
const housingCase: SubjectReference = { type: 'caseReference', value: 'WH-2026-0117' };

export const planFields = [
  'identity.surname',
  'identity.givenNames',
  'identity.birthDate',
  'numbers.bsn',
  'detention.start',
  'detention.expectedRelease',
  'identityDocument.hasValid',
  'housing.priorSituation',
];

export const planAnswer: Record<string, unknown> = {
  'identity.surname': 'Ebbink',
  'identity.givenNames': 'Jorn',
  'identity.birthDate': '1988-03-02',
  'numbers.bsn': '900000041',
  'detention.start': '2026-11-02',
  'detention.expectedRelease': '2027-02-10',
  'identityDocument.hasValid': false,
  'housing.priorSituation': 'huurwoning',
};

export const housingAnswer: Record<string, unknown> = {
  'housing.need': 'eenpersoonswoning',
  'housing.neededFrom': '2027-02-10',
};

export function planRequest(overrides: Partial<RequestBody> = {}): RequestBody {
  return {
    purpose: 'plan-basic-conditions',
    source: 'pi',
    subject: person,
    fields: planFields,
    justification: 'Plan opstellen voor terugkeer naar de gemeente',
    caseReference: 'ZW-2026-001',
    onBehalfOf: someUser('u1', 'nazorgcoordinator', 'A. de Vries'),
    ...overrides,
  };
}

export function housingRequest(overrides: Partial<RequestBody> = {}): RequestBody {
  return planRequest({
    purpose: 'housing-placement',
    source: 'gemeente',
    subject: housingCase,
    fields: Object.keys(housingAnswer),
    justification: 'Aanvraag voor een woning na vrijlating',
    ...overrides,
  });
}

const dayMs = 86_400_000;

/** The days of the story; where the world's clock is the real one and has passed them, as long ago and as far ahead. */
function detentionAt(now: Instant): { readonly from: Instant; readonly until: Instant } {
  if (now < '2026-12-31') return { from: at('2026-11-02T08:00:00.000Z'), until: at('2027-02-10T08:00:00.000Z') };
  const morning = Date.parse(`${now.slice(0, 10)}T08:00:00.000Z`);
  return { from: instant(new Date(morning - 19 * dayMs)), until: instant(new Date(morning + 81 * dayMs)) };
}

/** The prison says who is detained and who is involved. */
export async function detain(ports: WorldPorts, prison: () => Call, subject: SubjectReference = person): Promise<void> {
  const { from, until } = detentionAt(ports.clock.ago(0));
  const facts: Omit<FactBody, 'subject' | 'from' | 'until' | 'reference' | 'caseReference'>[] = [
    { type: 'detention', unit: null, attributes: {} },
    { type: 'phase', unit: null, attributes: { phase: 'detention' } },
    { type: 'involvement', unit: 'pi', attributes: { role: 'detaining-prison' } },
    { type: 'involvement', unit: 'gemeente', attributes: { role: 'residence-municipality' } },
    { type: 'involvement', unit: 'reclassering', attributes: { role: 'supervising-probation' } },
  ];
  for (const fact of facts) {
    const outcome = await attestFact(ports, prison(), {
      subject,
      from,
      until,
      reference: null,
      caseReference: null,
      ...fact,
    });
    if (outcome.kind !== 'attested') throw new Error(`fact not attested: ${JSON.stringify(outcome)}`);
  }
}

/** The municipality applies for a home, and records for the housing association that the subject be asked. */
export async function askConsent(ports: WorldPorts, municipality: Call): Promise<ConsentId> {
  const idempotency = { ...municipality.idempotency, key: ports.entropy.id() };
  await applyForHousing(ports, { ...municipality, idempotency });
  const outcome = await requestConsent(ports, municipality, {
    subject: person,
    kind: 'consent',
    source: 'gemeente',
    recipient: 'corporatie',
    purpose: 'housing-placement',
    categories: ['housing'],
    validUntil: instant(new Date(Date.parse(ports.clock.ago(0)) + 192 * dayMs)),
    language: 'nl',
    caseReference: housingCase.value,
  });
  if (outcome.kind !== 'requested') throw new Error(`consent not requested: ${JSON.stringify(outcome)}`);
  return outcome.consent.id;
}

/** The municipality says at which association it applied for a home. */
export async function applyForHousing(
  ports: WorldPorts,
  municipality: Call,
  subject: SubjectReference = person,
  from = '2026-11-02T08:00:00.000Z',
): Promise<void> {
  const outcome = await attestFact(ports, municipality, {
    subject,
    type: 'involvement',
    unit: 'corporatie',
    attributes: { role: 'housing-applicant' },
    from: at(from),
    until: null,
    reference: null,
    caseReference: null,
  });
  if (outcome.kind !== 'attested') throw new Error(`fact not attested: ${JSON.stringify(outcome)}`);
}

export async function giveConsent(ports: WorldPorts, id: ConsentId): Promise<void> {
  const consent = await ports.consents.find(id);
  if (consent?.subject == null) throw new Error('the consent reaches nobody');
  const done = await decideConsent(ports, consent.subject, id, 'given', ports.entropy.trace());
  if (!done) throw new Error('the consent could not be given');
}
