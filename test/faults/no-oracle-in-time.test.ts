import { beforeAll, describe, expect, it } from 'vitest';
import { isBsn } from '../../src/core/subject/reference.ts';
import type { Person } from '../../src/demo/population.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { median } from '../bench/statistics.ts';
import { consentRequest, detain, planRequest, useChain } from '../world/chain.ts';
import { plentyLimits } from '../world/plenty-limits.ts';
import { type Comparison, compare } from './timing/distributions.ts';
import { type Question, type Samples, type Timed, timedAnswers } from './timing/timed-answers.ts';

/**
 * What a partner that is not involved can learn from how long an answer takes. Five persons who differ in everything
 * that is on record, asked in turn on a kept connection; beside them the unknown person once more, through a relay that adds
 * 0.2 ms: the tests must find that one, or they show nothing. `SLUIS_STEADY_ANSWER_MS=0` shows what would be seen
 * without a floor.
 */
const rounds = 300;
const plantedMs = 0.2;
const significance = 0.001;

const floor = process.env.SLUIS_STEADY_ANSWER_MS;
const chain = useChain({
  env: { ...plentyLimits, ...(floor === undefined ? {} : { SLUIS_STEADY_ANSWER_MS: floor }) },
});
const nobody = Array.from({ length: 2_000 }, (_, index) => String(999_990_000 + index)).find(isBsn) ?? '';
const persons = new Map<string, string>([['unknown', nobody]]);

beforeAll(async () => {
  const from = '2026-01-01T00:00:00Z';
  const prison = chain().client(roles.prison);
  const attest = async (person: Person, fact: object): Promise<void> => {
    const reply = await prison.post('/v1/facts', { subject: { type: 'bsn', value: person.bsn }, from, ...fact });
    expect(reply.status).toBe(201);
  };
  const [known, detained, released, restricted] = chain().detained;
  if (!known || !detained || !released || !restricted) throw new RangeError('too few people are detained');
  await attest(known, {
    type: 'involvement',
    unit: roles.municipality,
    attributes: { role: 'residence-municipality' },
  });
  await detain(chain(), detained);
  const past = { from: '2025-01-01T00:00:00Z', until: '2025-06-01T00:00:00Z' };
  await attest(released, { type: 'detention', ...past });
  await attest(released, {
    type: 'involvement',
    unit: roles.prison,
    attributes: { role: 'detaining-prison' },
    ...past,
  });
  await detain(chain(), restricted);
  await attest(restricted, { type: 'restriction' });
  for (const [name, { bsn }] of Object.entries({ known, detained, released, restricted })) persons.set(name, bsn);
});

const kindsOfCalls = ['request', 'evaluation', 'claim', 'consent'] as const;

const asks: Readonly<Record<(typeof kindsOfCalls)[number], (bsn: string) => Question>> = {
  request: (bsn) => ({ path: '/v1/requests', body: planRequest({ bsn }), status: 403 }),
  evaluation: (bsn) => ({
    path: '/access/v1/evaluation',
    body: {
      subject: { type: 'unit', id: roles.neighbour },
      action: { name: 'plan-basic-conditions' },
      resource: {
        type: 'person',
        id: bsn,
        properties: { identifiedBy: 'bsn', source: roles.prison, fields: ['identity.surname'] },
      },
    },
    status: 200,
  }),
  claim: (bsn) => ({
    path: '/v1/involvement-claims',
    body: {
      subject: { type: 'bsn', value: bsn },
      role: 'return-municipality',
      attester: roles.prison,
      justification: 'Deze persoon heeft zich bij ons gemeld voor terugkeer',
    },
    status: 202,
  }),
  consent: (bsn) => ({
    path: '/v1/consents',
    body: consentRequest({ type: 'bsn', value: bsn }, { source: roles.neighbour }),
    status: 202,
  }),
};

const relayed = 'through a relay';

function questionsOf(ask: (bsn: string) => Question): ReadonlyMap<string, Question> {
  const classes = [...persons].map(([name, bsn]) => [name, ask(bsn)] as const);
  return new Map([...classes, [relayed, { ...ask(nobody), lateMs: plantedMs }]]);
}

/** Two views of the same answers: how long each took, and where on the gateway's clock of 2 ms each left. */
const views = {
  took: (answers: readonly Timed[]) => answers.map(({ ms }) => ms),
  left: (answers: readonly Timed[]) => answers.map(({ endedMs }) => endedMs % tickMs),
} as const;
const tickMs = 2;

/** A clock goes round: its places are told from the one that is opposite to the middle of all, so that none is cut in two. */
function unrolled(samples: Samples): Samples {
  const angles = [...samples.values()].flat().map(({ endedMs }) => ((endedMs % tickMs) / tickMs) * 2 * Math.PI);
  const sum = (of: (angle: number) => number) => angles.reduce((total, angle) => total + of(angle), 0);
  const middle = (Math.atan2(sum(Math.sin), sum(Math.cos)) / (2 * Math.PI)) * tickMs;
  const shift = 2 * tickMs + tickMs / 2 - middle;
  return new Map(
    [...samples].map(([name, answers]) => [name, answers.map((each) => ({ ...each, endedMs: each.endedMs + shift }))]),
  );
}

interface Finding extends Comparison {
  readonly who: string;
  readonly view: string;
}

/** Each of these beside the persons other than itself, in every view by every test. p: corrected (Bonferroni) for all. */
function compared(samples: Samples, names: readonly string[]): readonly Finding[] {
  const found = names.flatMap((who) =>
    Object.entries(views).flatMap(([view, valuesOf]) => {
      const others = [...persons.keys()]
        .filter((name) => name !== who)
        .map((name) => valuesOf(samples.get(name) ?? []));
      return compare(valuesOf(samples.get(who) ?? []), others).map((each) => ({ ...each, who, view }));
    }),
  );
  return found.map((each) => ({ ...each, p: Math.min(1, each.p * found.length) })).sort((a, b) => a.p - b.p);
}

function tell(name: string, samples: Samples, [person, plant]: readonly (Finding | undefined)[]): void {
  const middle = (who: string) => median(views.took(samples.get(who) ?? []));
  const effects = [...samples.keys()].map((who) => `${who} ${(middle(who) - middle('unknown')).toFixed(3)}`);
  const of = (found: Finding | undefined) =>
    `${found?.p.toExponential(1)} (${found?.who}, ${found?.view}, ${found?.test})`;
  process.stdout.write(
    `${name}: ${rounds} rounds, median ${middle('unknown').toFixed(2)} ms; differences of medians in ms: ` +
      `${effects.join(', ')}; smallest corrected p of a person ${of(person)}; of what was planted ${of(plant)}\n`,
  );
}

const measured = new Map<string, Samples>();

describe('how long an answer takes', () => {
  beforeAll(async () => {
    // Two streams at a time: more would make the gateway so busy that its answers miss their moment.
    for (const names of [['request', 'evaluation'] as const, ['claim', 'consent'] as const]) {
      await Promise.all(
        names.map(async (name) => {
          const series = { world: chain().world, unit: roles.neighbour, questions: questionsOf(asks[name]), rounds };
          measured.set(name, unrolled(await timedAnswers(series)));
        }),
      );
    }
  });

  for (const name of kindsOfCalls) {
    it(`tells of each ${name} that it came through a relay, and nothing about the person`, () => {
      const samples = measured.get(name) ?? new Map<string, readonly Timed[]>();
      const found = compared(samples, [...persons.keys()]);
      const plants = compared(samples, [relayed]);
      tell(name, samples, [found[0], plants[0]]);
      expect(plants[0]?.p, 'what was planted is found').toBeLessThan(significance);
      expect(found.filter(({ p }) => p < significance)).toEqual([]);
    });
  }
});
