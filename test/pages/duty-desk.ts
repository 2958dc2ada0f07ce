import type { CorrectionId, RequestId, RightsRequestId } from '../../src/core/brand.ts';
import { makeCorrection } from '../../src/core/correction/make-correction.ts';
import type { RequestRecord } from '../../src/core/disclosure/request.ts';
import { makeRightsRequest } from '../../src/core/rights/make-rights-request.ts';
import type { RightsWish } from '../../src/core/rights/rights-request.ts';
import { someUser } from '../world/some-user.ts';
import type { PagesWorld } from './pages-world.ts';

/** What the prison of the story gave the municipality. */
export function whatWasGiven({ world }: PagesWorld): RequestRecord {
  const given = [...world.requests.values()].find(
    ({ held, recipient }) => held !== null && recipient === 'gemeente-zwolle',
  );
  if (given === undefined) throw new Error('nothing was given');
  return given;
}

/** The person of the story says to the prison that something is not right. */
export async function askPrison(
  pages: PagesWorld,
  { wish = 'correct', field = 'identity.surname', statement = 'Ik heet <Ebbing>' } = {} as {
    readonly wish?: RightsWish;
    readonly field?: string;
    readonly statement?: string;
  },
): Promise<RightsRequestId> {
  const { world, subject } = pages;
  const { id } = whatWasGiven(pages);
  const by = { trace: world.ports.entropy.trace(), by: 'subject' } as const;
  const made = await makeRightsRequest(world.ports, subject, id, { wish, field, statement }, by);
  const asked = [...world.rights.values()].at(-1);
  if (made !== 'made' || asked === undefined) throw new Error(made);
  return asked.id;
}

/** The prison says that it corrected what it gave; its system does. */
export async function correctAtPrison({ world }: PagesWorld, more: object = {}): Promise<CorrectionId> {
  const outcome = await makeCorrection(world.ports, world.call('pi-zwolle'), {
    subject: { type: 'bsn', value: '900000041' },
    kind: 'rectified',
    fields: ['identity.surname'],
    ground: 'De achternaam stond verkeerd in ons dossier',
    corrects: null,
    rightsRequest: null,
    by: someUser('u5', 'casemanager', 'S. de Boer'),
    ...more,
  });
  if (outcome.kind !== 'made') throw new Error(outcome.kind);
  return outcome.id;
}

/** As if the municipality had given on what the prison corrected and this request gave it. */
export function gaveOn({ world }: PagesWorld, id: CorrectionId, by: RequestId, destroyed = false): void {
  const [known, got] = [world.corrections.get(id), world.requests.get(by)];
  if (known === undefined || got === undefined) throw new Error('no correction of what was given');
  const { source, recipient, decision, purpose } = got;
  const obtained = Object.fromEntries(decision.permitted.map((field) => [field, [purpose]]));
  const onward = world.ports.entropy.id() as RequestId;
  const more = { id: onward, source: recipient, recipient: source, decision: { ...decision, obtained } };
  world.requests.set(onward, { ...got, ...more });
  const notices = known.notices.map((notice) => ({ ...notice, givenOn: [onward], destroyed }));
  world.corrections.set(id, { ...known, notices });
}
