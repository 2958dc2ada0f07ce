import { v7 } from 'uuid';
import type { ConsentId, Instant, RequestId, SubjectId, UnitId } from '../../src/core/brand.ts';
import { decideConsent } from '../../src/core/consent/decide-consent.ts';
import { requestConsent } from '../../src/core/consent/request-consent.ts';
import { withdrawOwnConsent } from '../../src/core/consent/withdraw-consent.ts';
import { approve } from '../../src/core/disclosure/approve.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import { collect } from '../../src/core/disclosure/collect.ts';
import { attestFact } from '../../src/core/fact/attest-fact.ts';
import type { EntryDraft } from '../../src/core/ledger/entry.ts';
import { requestOf } from '../../src/core/ledger/leaf.ts';
import type { Oin } from '../../src/core/partner/partner.ts';
import { givenOf, makeRightsRequest } from '../../src/core/rights/make-rights-request.ts';
import { ownRights } from '../../src/core/rights/own-rights.ts';
import { pagesApp } from '../../src/pages/pages-app.ts';
import type { Entries, EntryLine, PageKey, PagesDeps, Person } from '../../src/pages/ports.ts';
import { at, type MemoryWorld, memoryUnit, memoryWorld } from '../world/memory-world.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { someUser } from '../world/some-user.ts';
import { keptUsers } from './kept-users.ts';
import { MemoryAlerts } from './memory-alerts.ts';
import { MemoryCorrections } from './memory-corrections.ts';
import { MemoryDuties } from './memory-duties.ts';
import { memoryEmergencies } from './memory-emergencies.ts';
import { memoryInforming } from './memory-informing.ts';
import { MemoryLogins } from './memory-logins.ts';
import { memoryRightsLists } from './memory-rights-lists.ts';
import { memorySharings } from './memory-sharings.ts';
import { memoryStaff } from './memory-staff.ts';
import { PagesLedger } from './pages-ledger.ts';
import { certificates, sources } from './some-connections.ts';

const set = shippedSet();

function unit(id: string, kind: string, name: string, organisation: string = name) {
  return memoryUnit(id, kind, {
    name,
    staff: kind === 'municipality',
    organisation: { oin: '00000099000000001000' as Oin, name: organisation },
  });
}

const units = [
  unit('pi-zwolle', 'prison', 'PI Zwolle', 'Dienst Justitiële Inrichtingen'),
  unit('reclassering-noord', 'probation', 'Reclassering Noordoost'),
  unit('gemeente-zwolle', 'municipality', 'Team Nazorg', 'Gemeente Zwolle'),
  unit('politie-oost', 'police', 'Politie Oost-Nederland'),
  unit('woningcorporatie', 'housingAssociation', 'Stichting Wonen aan de IJssel'),
];

const bsn = '900000041';

export interface PagesWorld {
  readonly world: MemoryWorld;
  readonly deps: PagesDeps;
  readonly app: ReturnType<typeof pagesApp>;
  readonly ledger: PagesLedger;
  readonly subject: SubjectId;
  readonly logins: MemoryLogins;
  readonly alerts: MemoryAlerts;
  readonly duties: MemoryDuties;
  readonly corrections: MemoryCorrections;
  readonly faults: unknown[];
}

/** The pages over the real core, with memory where the store would be. Nothing has happened yet. */
export function pagesWorld(): PagesWorld {
  const world = memoryWorld(set, units);
  const ledger = new PagesLedger();
  const logins = new MemoryLogins();
  const alerts = new MemoryAlerts();
  const duties = new MemoryDuties();
  const corrections = new MemoryCorrections();
  const faults: unknown[] = [];
  const { ports } = world;
  const journal: PagesDeps['journal'] = {
    commit: (work) => ports.journal.commit(work),
    receipt: async (id) => {
      // In the order in which they were committed, as a ledger would number them.
      const receipts = world.entries.map((draft) => ({ id: draft.id, receipt: ledger.receipt(draft) }));
      return receipts.find((each) => each.id === id)?.receipt ?? null;
    },
  };
  const deps: PagesDeps = {
    clock: ports.clock,
    entropy: ports.entropy,
    registry: ports.registry,
    policies: ports.policies,
    journal,
    logins,
    operations: {
      decideConsent: (subject, id, decision, trace, by) => decideConsent(ports, subject, id, decision, trace, by),
      withdrawConsent: (subject, id, trace, by) => withdrawOwnConsent(ports, subject, id, trace, by),
      makeRightsRequest: (subject, id, body, trace, by) => makeRightsRequest(ports, subject, id, body, { trace, by }),
    },
    staff: memoryStaff(world),
    entries: memoryEntries(world),
    users: keptUsers(),
    certificates,
    sources: async () => sources,
    sharings: memorySharings(world),
    consents: {
      of: async (subject, limit) =>
        [...world.consents.values()]
          .filter((consent) => consent.subject === subject)
          .reverse()
          .slice(0, limit),
      find: async (subject, id) => {
        const consent = world.consents.get(id);
        return consent?.subject === subject ? consent : null;
      },
    },
    proofs: ledger,
    alerts,
    duties,
    corrections,
    emergencies: memoryEmergencies(world),
    informing: memoryInforming(world),
    rights: { of: (subject) => ownRights(ports, subject), given: (subject, id) => givenOf(ports, subject, id) },
    rightsLists: memoryRightsLists(world),
    receiptPage: async () => '<!doctype html><title>receipts</title>',
    onFault: (error) => faults.push(error),
  };
  const subject = world.know('bsn', bsn);
  return { world, deps, app: pagesApp(deps), ledger, subject, logins, alerts, duties, corrections, faults };
}

function lineOf({ entries }: MemoryWorld): (draft: EntryDraft) => EntryLine {
  return (draft) => {
    const { id, kind, time, purpose, source, recipient } = draft;
    return { id, kind, time, purpose, source, recipient, neverOffered: isNeverOffered(draft, entries) };
  };
}

/** As the database finds it. */
function isNeverOffered({ id, kind, body, personal }: EntryDraft, entries: readonly EntryDraft[]): boolean {
  if (kind !== 'refusal' || Object.hasOwn(personal, 'reference')) return false;
  const decisions = ['permit', 'refusal', 'break-glass'];
  const others = entries.filter((each) => each.id !== id && decisions.includes(each.kind));
  return !others.some((each) => requestOf(each.body) === requestOf(body));
}

function memoryEntries(world: MemoryWorld): Entries {
  return {
    page: async (filter, after, limit) =>
      [...world.entries]
        .sort((one, other) => (`${one.time} ${one.id}` < `${other.time} ${other.id}` ? 1 : -1))
        .filter((draft) => filter.kinds.includes(draft.kind))
        .filter(({ source, recipient }) => filter.party === null || [source, recipient].includes(filter.party))
        .filter((draft) => filter.party !== draft.recipient || !isNeverOffered(draft, world.entries))
        .filter(({ purpose }) => filter.purpose === null || purpose === filter.purpose)
        .filter(({ source }) => filter.source === null || source === filter.source)
        .filter(({ recipient }) => filter.recipient === null || recipient === filter.recipient)
        .filter(({ id }) => filter.id === null || id === filter.id)
        .filter(({ time }) => (filter.from === null || time >= filter.from) && (!filter.until || time < filter.until))
        .filter(({ time, id }) => isAfter(time, id, after))
        .slice(0, limit)
        .map(lineOf(world)),
    find: async (id) => {
      const draft = world.entries.find((each) => each.id === id);
      if (draft === undefined) return null;
      const requestId = requestOf(draft.body);
      const request = requestId === null ? undefined : world.requests.get(requestId as RequestId);
      const steps = world.entries.filter((each) => request && requestOf(each.body) === request.id).map(lineOf(world));
      return {
        ...lineOf(world)(draft),
        trace: draft.trace,
        policySet: draft.policySet,
        body: draft.body,
        request: request === undefined ? null : { id: request.id, decision: request.decision, steps },
      };
    },
  };
}

function isAfter(time: Instant, id: string, key: PageKey | null): boolean {
  return key === null || time < key.time || (time === key.time && id < key.id);
}

/** What happens in the pages' story, month by month; resolves to the consents by what became of them. */
export async function playStory(pages: PagesWorld): Promise<{ readonly open: ConsentId; readonly given: ConsentId }> {
  const { world } = pages;
  const { ports } = world;
  world.nowMs = Date.parse('2026-10-05T08:12:00.000Z');
  await detain(pages);
  world.answer = async () => planAnswer;
  world.nowMs = Date.parse('2026-10-20T12:05:00.000Z');
  await ask(ports, world.call('gemeente-zwolle'), planBody(Object.keys(planAnswer)));
  world.nowMs = Date.parse('2026-11-02T21:40:00.000Z');
  await ask(ports, world.call('politie-oost'), planBody(['identity.surname', 'detention.expectedRelease']));
  world.nowMs = Date.parse('2026-11-09T08:30:00.000Z');
  await ask(ports, world.call('reclassering-noord'), planBody(['identity.surname', 'medical.diagnosis']));
  world.nowMs = Date.parse('2026-11-12T09:15:00.000Z');
  const given = await askConsent(pages, 'WH-2026-0117');
  const housing = housingBody();
  await ask(ports, world.call('woningcorporatie'), housing);
  world.nowMs = Date.parse('2026-11-13T10:00:00.000Z');
  await decideConsent(ports, pages.subject, given, 'given', ports.entropy.trace());
  world.answer = async () => ({ 'housing.need': 'eenpersoonswoning', 'housing.neededFrom': '2027-02-10' });
  world.nowMs = Date.parse('2026-11-16T13:20:00.000Z');
  const asked = await ask(ports, world.call('woningcorporatie'), housing);
  if (asked.kind !== 'waiting') throw new Error(`not waiting: ${asked.kind}`);
  const approver = someUser('u7', 'wooncoach', 'S. Bakker');
  await approve(ports, world.call('gemeente-zwolle'), asked.request.id, {
    decision: 'approved',
    approver,
    ground: null,
  });
  await collect(ports, world.call('woningcorporatie'), asked.request.id);
  world.nowMs = Date.parse('2026-11-18T13:20:00.000Z');
  await ask(ports, world.call('woningcorporatie'), housing);
  const open = await askConsent(pages, null);
  world.nowMs = Date.parse('2026-11-21T10:00:00.000Z');
  return { open, given };
}

/** What the housing association asks of the municipality, whose people must approve it. */
export function housingBody() {
  return {
    ...planBody(['housing.need', 'housing.neededFrom']),
    purpose: 'housing-placement',
    source: 'gemeente-zwolle',
    subject: { type: 'caseReference' as const, value: 'WH-2026-0117' },
  };
}

const planAnswer: Record<string, unknown> = {
  'identity.surname': 'Ebbink',
  'identity.givenNames': 'Jorn',
  'identity.birthDate': '1988-03-02',
  'numbers.bsn': bsn,
  'detention.start': '2026-10-05',
  'detention.expectedRelease': '2027-02-10',
  'identityDocument.hasValid': false,
  'housing.priorSituation': 'huurwoning',
};

/** What is asked of the prison about the person of the story. */
export function planBody(fields: readonly string[]) {
  return {
    purpose: 'plan-basic-conditions',
    source: 'pi-zwolle',
    subject: { type: 'bsn' as const, value: bsn },
    fields: [...fields],
    justification: 'Plan maken voor terugkeer <naar> de gemeente & een woning',
    caseReference: 'ZW-2026-001',
    onBehalfOf: someUser('u1', 'nazorgcoördinator', 'A. de Vries'),
  };
}

async function detain({ world }: PagesWorld): Promise<void> {
  const from = at('2026-10-05T08:00:00.000Z');
  const until = at('2027-02-10T08:00:00.000Z');
  const subject = { type: 'bsn' as const, value: bsn };
  const facts = [
    { type: 'detention', unit: null, attributes: {} },
    { type: 'phase', unit: null, attributes: { phase: 'detention' } },
    { type: 'involvement', unit: 'pi-zwolle', attributes: { role: 'detaining-prison' } },
    { type: 'involvement', unit: 'gemeente-zwolle', attributes: { role: 'residence-municipality' } },
    { type: 'involvement', unit: 'reclassering-noord', attributes: { role: 'supervising-probation' } },
  ];
  const application = { type: 'involvement', unit: 'woningcorporatie', attributes: { role: 'housing-applicant' } };
  for (const fact of [...facts, application]) {
    const body = { subject, from, until, reference: null, caseReference: null, ...fact };
    const attester = fact === application ? 'gemeente-zwolle' : 'pi-zwolle';
    const outcome = await attestFact(world.ports, world.call(attester), body);
    if (outcome.kind !== 'attested') throw new Error(`fact not attested: ${JSON.stringify(outcome)}`);
  }
}

async function askConsent({ world }: PagesWorld, caseReference: string | null): Promise<ConsentId> {
  const outcome = await requestConsent(world.ports, world.call('gemeente-zwolle'), {
    subject: { type: 'bsn', value: bsn },
    kind: 'consent',
    source: 'gemeente-zwolle' as UnitId,
    recipient: 'woningcorporatie',
    purpose: 'housing-placement',
    categories: ['identity', 'housing'],
    validUntil: at('2027-06-01T00:00:00.000Z'),
    language: 'nl',
    caseReference,
  });
  if (outcome.kind !== 'requested') throw new Error(`consent not requested: ${JSON.stringify(outcome)}`);
  return outcome.consent.id;
}

/** An officer of a unit, or of the gateway when `unit` is null. */
export function officer(unitId: string | null, seesUsers = false): Person {
  return { kind: 'officer', id: v7(), name: 'M. Jansen', unit: unitId as UnitId | null, seesUsers };
}
