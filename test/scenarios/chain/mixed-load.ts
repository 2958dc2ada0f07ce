import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { PageVisitor } from '../../../src/demo/page-visitor.ts';
import type { PartnerClient, Reply } from '../../../src/demo/partner-client.ts';
import type { Person } from '../../../src/demo/population.ts';
import { roles } from '../../../src/demo/story/scene.ts';
import type { World } from '../../../src/demo/world.ts';
import { attest, detain, housingQuestion, insisting, involvement, logIn, planQuestion } from './running-chain.ts';

/** What the load did and was told. */
export interface LoadReport {
  operations: number;
  /** By what was done and the status that came back. */
  readonly answers: Map<string, number>;
  /** Requests whose data was received. */
  readonly delivered: Set<string>;
}

const requestReply = z.looseObject({ id: z.uuid() });
const deliveredReply = z.looseObject({ id: z.uuid(), data: z.record(z.string(), z.unknown()) });

/**
 * Everybody at once, each through a gateway drawn anew every time: on each person two probation
 * officers ask, a housing association asks and collects, a municipality has consent given and takes it
 * back, and the prison ends and restores an involvement and puts on and lifts a restriction.
 */
export async function mixedLoad(
  world: World,
  persons: readonly Person[],
  { operations, withinMs }: { readonly operations: number; readonly withinMs: number },
): Promise<LoadReport> {
  const report: LoadReport = { operations: 0, answers: new Map(), delivered: new Set() };
  const endMs = performance.now() + withinMs;
  const clients: PartnerClient[] = [];
  const either = (unit: string): (() => PartnerClient) => {
    const own = world.gateways.map((_, gateway) => world.client(unit, gateway));
    clients.push(...own);
    return () => drawn(own);
  };
  const desk: Desk = {
    report,
    // Until enough of what is rarest came through as well: on a slow machine few consents live that long.
    busy: () =>
      (report.operations < operations || (report.answers.get('collection 200') ?? 0) < 3) && performance.now() < endMs,
    prison: either(roles.prison),
    probation: either(roles.probation),
    municipality: either(roles.municipality),
    housing: either(roles.housing),
  };
  const visitors: PageVisitor[] = [];
  try {
    const actors: (() => Promise<void>)[] = [];
    for (const person of persons) {
      const { supervision } = await detain(world, person);
      const pages = await Promise.all(world.gateways.map((_, gateway) => logIn(world, person, gateway)));
      visitors.push(...pages);
      actors.push(
        () => asksForPlan(desk, person),
        () => asksForPlan(desk, person),
        () => asksForHousing(desk, person),
        () => asksForHousing(desk, person),
        () => changesConsent(desk, person, pages),
        () => changesInvolvement(desk, person, supervision),
        () => changesRestriction(desk, person),
      );
    }
    await Promise.all(actors.map((act) => act()));
  } finally {
    for (const open of [...clients, ...visitors]) open.close();
  }
  return report;
}

interface Desk {
  readonly report: LoadReport;
  busy(): boolean;
  prison(): PartnerClient;
  probation(): PartnerClient;
  municipality(): PartnerClient;
  housing(): PartnerClient;
}

function drawn<T>(from: readonly T[]): T {
  const one = from[Math.floor(Math.random() * from.length)];
  if (one === undefined) throw new RangeError('nothing to draw from');
  return one;
}

function count({ report }: Desk, what: string, status: number): void {
  report.operations += 1;
  const key = `${what} ${status}`;
  report.answers.set(key, (report.answers.get(key) ?? 0) + 1);
}

async function told(desk: Desk, what: string, asked: Promise<Reply>): Promise<Reply> {
  const reply = await asked;
  count(desk, what, reply.status);
  const got = deliveredReply.safeParse(reply.body);
  if (reply.status === 200 && got.success) desk.report.delivered.add(got.data.id);
  return reply;
}

async function asksForPlan(desk: Desk, person: Person): Promise<void> {
  while (desk.busy()) await told(desk, 'plan', desk.probation().post('/v1/requests', planQuestion(person)));
}

async function asksForHousing(desk: Desk, person: Person): Promise<void> {
  const approval = { decision: 'approved', approver: { id: 'm12', role: 'woonconsulent', name: 'B. Bakker' } };
  while (desk.busy()) {
    const asked = await told(desk, 'housing', desk.housing().post('/v1/requests', housingQuestion(caseOf(person))));
    if (asked.status !== 202) continue;
    const { id } = requestReply.parse(asked.body);
    await told(desk, 'approval', desk.municipality().post(`/v1/requests/${id}/approvals`, approval));
    await told(desk, 'collection', desk.housing().post(`/v1/requests/${id}/collections`, {}));
  }
}

function caseOf(person: Person): string {
  return `WH-${person.skn}`;
}

/** Asked by the municipality, given on a page, and taken back on a page or through either party. */
async function changesConsent(desk: Desk, person: Person, pages: readonly PageVisitor[]): Promise<void> {
  while (desk.busy()) {
    const consent = {
      subject: { type: 'bsn', value: person.bsn },
      source: roles.municipality,
      recipient: roles.housing,
      purpose: 'housing-placement',
      categories: ['identity', 'housing'],
      validUntil: new Date(Date.now() + 30 * 86_400_000).toISOString(),
      language: 'nl',
      caseReference: caseOf(person),
    };
    const asked = await told(desk, 'consent', desk.municipality().post('/v1/consents', consent));
    if (asked.status !== 202) continue;
    const { id } = requestReply.parse(asked.body);
    const page = drawn(pages);
    const given = await page.submit(await page.visit(`/me/consents/${id}`), '/decision', { decision: 'given' });
    count(desk, 'yes', given.status);
    await sleep(Math.random() * 600);
    if (given.status === 200 && Math.random() < 0.5) {
      const other = drawn(pages);
      const stopped = await other.visit(`/me/consents/${id}`).then((shown) => other.submit(shown, '/withdrawal'));
      count(desk, 'no more', stopped.status);
    }
    // Also after the page said that it was done: whoever has been busy is asked again, and no yes outlives the load.
    const party = drawn([desk.municipality(), desk.housing()]);
    await insisting((key) => told(desk, 'withdrawal', party.post(`/v1/consents/${id}/withdrawal`, {}, key)), 200);
    await sleep(Math.random() * 30);
  }
}

async function changesInvolvement(desk: Desk, person: Person, first: string): Promise<void> {
  for (let fact = first; desk.busy(); ) {
    await sleep(Math.random() * 900);
    await ends(desk, fact);
    await sleep(Math.random() * 40);
    fact = await attest(desk.prison(), person, involvement(roles.probation, 'supervising-probation'));
    count(desk, 'involvement', 201);
  }
}

async function changesRestriction(desk: Desk, person: Person): Promise<void> {
  while (desk.busy()) {
    await sleep(Math.random() * 1500);
    const fact = await attest(desk.prison(), person, { type: 'restriction' });
    count(desk, 'restriction', 201);
    await sleep(Math.random() * 40);
    await ends(desk, fact);
  }
}

async function ends(desk: Desk, fact: string): Promise<void> {
  const body = { until: new Date().toISOString() };
  const ended = (key: string): Promise<Reply> =>
    told(desk, 'end', desk.prison().post(`/v1/facts/${fact}/end`, body, key));
  await insisting(ended, 200);
}
