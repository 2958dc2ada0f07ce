import type { Alert } from '../../src/core/alert/alert.ts';
import type { RequestId } from '../../src/core/brand.ts';
import { type BreakGlassBody, type BreakGlassOutcome, breakGlass } from '../../src/core/emergency/break-glass.ts';
import type { Emergency, EmergencyRequest, Verdict } from '../../src/core/emergency/emergency.ts';
import type { RevokePorts } from '../../src/core/emergency/revoke-emergencies.ts';
import { attestFact } from '../../src/core/fact/attest-fact.ts';
import { duePage } from './due-page.ts';
import { at, type MemoryWorld, memoryUnit, memoryWorld } from './memory-world.ts';
import { shippedSet } from './shipped-set.ts';
import { someUser } from './some-user.ts';

export const units = [
  memoryUnit('pi', 'prison'),
  memoryUnit('medisch', 'prisonMedicalService'),
  memoryUnit('ziekenhuis', 'careProvider'),
  memoryUnit('politie', 'police'),
  memoryUnit('loket', 'prisonMedicalService', { connector: null }),
];

export const patient = { type: 'bsn', value: '900000041' } as const;
export const doctor = someUser('arts-1', 'physician', 'M. de Boer');
export const colleague = someUser('arts-2', 'physician', 'R. Vos');
export const medication = { 'medical.medication': ['fenprocoumon'] };

export interface EmergencyWorld {
  readonly memory: MemoryWorld;
  readonly ports: RevokePorts;
  readonly raised: Pick<Alert, 'kind' | 'unit'>[];
  ask(overrides?: Partial<BreakGlassBody>, key?: string): Promise<BreakGlassOutcome>;
  /** Gives something; throws where it was not given. */
  given(): Promise<RequestId>;
  of(id: RequestId): Emergency;
  kinds(): readonly string[];
  /** Event types since the world began, with who was told. */
  told(): readonly string[];
}

const shipped = shippedSet();

/** A medical service with somebody whom it treats, and a hospital to which that person is brought. */
export async function emergencyWorld(set = shipped): Promise<EmergencyWorld> {
  const memory = memoryWorld(set, units);
  memory.answer = async () => medication;
  await attestFact(memory.ports, memory.call('pi'), {
    subject: patient,
    type: 'involvement',
    from: at('2026-11-02T08:00:00.000Z'),
    until: null,
    unit: 'medisch',
    reference: null,
    attributes: { role: 'treating-care-provider' },
    caseReference: null,
  });
  const { ports, raised } = emergencyPorts(memory);
  const world: EmergencyWorld = {
    memory,
    ports,
    raised,
    ask: (overrides = {}, key = undefined) =>
      breakGlass(ports, memory.call('ziekenhuis', key), { ...emergencyBody, ...overrides }),
    async given() {
      const outcome = await world.ask();
      if (outcome.kind !== 'delivered') throw new Error(outcome.kind);
      return outcome.request.id;
    },
    of(id) {
      const emergency = memory.emergencies.get(id);
      if (emergency === undefined) throw new RangeError('there is no such emergency');
      return emergency;
    },
    kinds: () => memory.entries.map(({ kind }) => kind),
    told: () => memory.events.map(({ unit, type }) => `${unit} ${type}`),
  };
  return world;
}

export const emergencyBody: BreakGlassBody = {
  source: 'medisch',
  subject: patient,
  fields: ['medical.medication'],
  ground: 'Bewusteloos binnengebracht met een bloeding; zonder de medicatie is er levensgevaar.',
  unableToConsent: 'physical',
  establishedHow: 'Geen reactie op aanspreken, vastgesteld door de SEH-arts',
  caseReference: 'SEH-2026-0042',
  onBehalfOf: doctor,
};

/** With what was raised for officers. */
export function emergencyPorts(memory: MemoryWorld): Pick<EmergencyWorld, 'ports' | 'raised'> {
  const raised: Pick<Alert, 'kind' | 'unit'>[] = [];
  return { ports: { ...memory.ports, emergencies: emergenciesOf(memory), alerts: alertsIn(raised) }, raised };
}

/** Once for each unit and mark, as the database has it. */
function alertsIn(raised: Pick<Alert, 'kind' | 'unit'>[]): RevokePorts['alerts'] {
  const known = new Set<string>();
  return {
    async raise({ kind, unit, mark }) {
      const key = [kind, unit, mark].join();
      if (!known.has(key)) raised.push({ kind, unit });
      known.add(key);
    },
  };
}

function emergenciesOf(memory: MemoryWorld): RevokePorts['emergencies'] {
  const told = new Map<string, Verdict | null>();
  const all = (): EmergencyRequest[] =>
    [...memory.emergencies.values()].flatMap((emergency) => {
      const request = memory.requests.get(emergency.request);
      return request === undefined ? [] : [{ emergency, request }];
    });
  return {
    find: async (id) => all().find(({ request }) => request.id === id) ?? null,
    unseconded: async (now, passed) => {
      const due = all().filter(
        ({ request, emergency: { second, revokedAt, secondBefore } }) =>
          request.state === 'delivered' && second === null && revokedAt === null && secondBefore <= now,
      );
      return duePage(due, ({ emergency }) => emergency.secondBefore, passed);
    },
    untold: async (now, passed) => {
      const due = all().filter(({ request, emergency: { review, reviewBefore } }) => {
        if (review?.verdict === 'unjustified') return told.get(request.id) !== 'unjustified';
        const isDone = review !== null && review.verdict !== 'unclear';
        return request.state === 'delivered' && !isDone && reviewBefore <= now && !told.has(request.id);
      });
      return duePage(due, ({ emergency }) => emergency.reviewBefore, passed);
    },
    officersTold: async (id, verdict) => {
      if ((memory.emergencies.get(id)?.review?.verdict ?? null) === verdict) told.set(id, verdict);
    },
  };
}
