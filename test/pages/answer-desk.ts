import type { RequestId, UnitId } from '../../src/core/brand.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import { replyToQuestion } from '../../src/core/disclosure/say-on-request.ts';
import type { Unit } from '../../src/core/partner/partner.ts';
import type { Staff } from '../../src/pages/ports.ts';
import { encryptionPair } from '../world/encryption-keys.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { someUser } from '../world/some-user.ts';
import { withObligations } from '../world/with-obligations.ts';
import { type PagesWorld, planBody } from './pages-world.ts';

const prison = 'pi-zwolle' as UnitId;

/** Somebody who answers for the prison of the story. */
export const answerer: Staff = { kind: 'staff', unit: prison, number: 'p-1', role: 'director', name: 'D. Visser' };

/** One field of each type that a prison may give, and one of several classes of length. */
const askedFields = [
  'identity.surname',
  'identity.birthDate',
  'numbers.bsn',
  'identityDocument.hasValid',
  'housing.priorSituation',
  'incomeWork.workHistory',
  'incomeWork.amountPerMonthCents',
];

/** From now on the prison has people who answer, and the municipality a key to which is sealed. */
export function openDesk({ world }: PagesWorld): void {
  const { units } = world.ports.registry.current();
  const change = (id: string, to: Partial<Unit>) => {
    const unit = units.get(id as UnitId);
    if (unit === undefined) throw new Error(`no ${id}`);
    (units as Map<UnitId, Unit>).set(unit.id, { ...unit, ...to });
  };
  change(prison, { connector: { type: 'inbox' }, staff: true });
  change('gemeente-zwolle', { encryptionKeys: [{ jwk: encryptionPair().jwk, proof: null }] });
}

/** From now on what the prison gives for the plan is sealed by itself. */
export function mustSeal({ world }: PagesWorld): void {
  world.bound.set(prison, withObligations(shippedSet(), 'plan-basic-conditions', { seal: 'end-to-end' }));
}

/** What the municipality asks of the prison's people. */
export async function askDesk({ world }: PagesWorld, fields: readonly string[] = askedFields): Promise<RequestId> {
  const outcome = await ask(world.ports, world.call('gemeente-zwolle'), planBody(fields));
  if (outcome.kind !== 'waiting') throw new Error(outcome.kind);
  return outcome.request.id;
}

export async function replyTo({ world }: PagesWorld, id: RequestId, text: string): Promise<void> {
  const by = someUser('u1', 'nazorgcoördinator', 'A. de Vries');
  const { kind } = await replyToQuestion(world.ports, world.call('gemeente-zwolle'), id, { by, text });
  if (kind !== 'recorded') throw new Error(kind);
}

/** Every value that is sealed from now on: in its place stands what nobody reads. */
export function watchSealing({ world }: PagesWorld): unknown[] {
  const sealed: unknown[] = [];
  Object.assign(world.ports, {
    sealer: {
      seal: async (data: unknown) => {
        sealed.push(data);
        return 'a.b.c.d.e';
      },
    },
  });
  return sealed;
}
