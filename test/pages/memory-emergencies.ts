import type { RequestId } from '../../src/core/brand.ts';
import { breakGlass } from '../../src/core/emergency/break-glass.ts';
import type { EmergencyRequest } from '../../src/core/emergency/emergency.ts';
import { reviewEmergency } from '../../src/core/emergency/review-emergency.ts';
import { attestFact } from '../../src/core/fact/attest-fact.ts';
import type { OfficerEmergencies } from '../../src/pages/officer-emergencies.ts';
import type { Sharing } from '../../src/pages/ports.ts';
import { emergencyPorts } from '../world/emergency-world.ts';
import { at, type MemoryWorld } from '../world/memory-world.ts';
import { someUser } from '../world/some-user.ts';
import type { PagesWorld } from './pages-world.ts';

/** What officers see of break-glass, over the maps of a memory world. */
export function memoryEmergencies(world: MemoryWorld): OfficerEmergencies {
  const { ports } = emergencyPorts(world);
  const all = async (): Promise<readonly EmergencyRequest[]> => {
    const found = await Promise.all([...world.emergencies.keys()].map((id) => ports.emergencies.find(id)));
    return found.filter((each) => each !== null);
  };
  const isParty =
    (unit: string | null) =>
    ({ request }: EmergencyRequest) =>
      unit === null || request.source === unit || request.recipient === unit;
  const toReview = ({ emergency: { review }, request }: EmergencyRequest) =>
    request.held !== null && (review === null || review.verdict === 'unclear');
  return {
    list: async (viewer, limit) => (await all()).filter(isParty(viewer)).slice(0, limit),
    waiting: async (viewer) => (await all()).filter(isParty(viewer)).filter(toReview).length,
    find: (id) => ports.emergencies.find(id),
    review: (id, review) => reviewEmergency(ports, id, review),
  };
}

/** As the person reads it; nothing where they could be asked. */
export function emergencyOf(world: MemoryWorld, id: RequestId): Pick<Sharing, 'emergency'> {
  const found = world.emergencies.get(id);
  if (found === undefined) return {};
  const { second, revokedAt, review } = found;
  return {
    emergency: { seconded: second !== null, revoked: revokedAt !== null, verdict: review?.verdict ?? null },
  };
}

/** A prison asks whom to call for somebody who was found unconscious. */
export async function askInEmergency({ world }: Pick<PagesWorld, 'world'>): Promise<RequestId> {
  await attestFact(world.ports, world.call('pi-zwolle'), {
    subject: { type: 'bsn', value: '900000041' },
    type: 'involvement',
    from: at('2026-11-02T08:00:00.000Z'),
    until: null,
    unit: 'reclassering-noord',
    reference: null,
    attributes: { role: 'supervising-probation' },
    caseReference: null,
  });
  world.answer = async () => ({ 'contactPersons.name': 'K. Peters' });
  const outcome = await breakGlass(emergencyPorts(world).ports, world.call('pi-zwolle'), {
    source: 'reclassering-noord',
    subject: { type: 'bsn', value: '900000041' },
    fields: ['contactPersons.name'],
    ground: 'Bewusteloos gevonden <in de cel>; er moet nu iemand worden gebeld.',
    unableToConsent: 'physical',
    establishedHow: 'Geen reactie op aanspreken',
    caseReference: 'PI-2026-7',
    onBehalfOf: someUser('d1', 'director', 'A. Bakker'),
  });
  if (outcome.kind !== 'delivered') throw new Error(outcome.kind);
  return outcome.request.id;
}
