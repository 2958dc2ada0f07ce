import { beforeAll, describe, expect, it } from 'vitest';
import { isBsn } from '../../src/core/subject/reference.ts';
import type { Person } from '../../src/demo/population.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { median, percentile } from '../bench/statistics.ts';
import { consentRequest, detain, planRequest, useChain } from '../world/chain.ts';
import { plentyLimits } from '../world/plenty-limits.ts';
import { type Comparison, compare } from './timing/distributions.ts';
import { type Question, type Samples, startAsking, type Timed, tickMs } from './timing/timed-answers.ts';

/**
 * What a partner that is not involved can learn from how long an answer takes. Five persons who differ in everything
 * that is on record, asked in turn on a kept connection; beside them the unknown person once more, through a relay that
 * adds 0.2 ms: asking goes on until the tests have found that one, and what they say of the persons is what they say
 * on the very same samples. On a machine too noisy for that the file fails, since it shows nothing.
 * `SLUIS_STEADY_ANSWER_MS=0` shows what would be seen without a floor.
 */
const plantedMs = 0.2;
const significance = 0.001;
/** After so many rounds in all it is looked at whether the plant is found. */
const looks = [200, 400, 800] as const;
/** For all streams together. */
const measureMs = 150_000;

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

/** Two views of the same answers: how long each took, and where on the gateway's clock each left. */
const views = {
  took: (answers: readonly Timed[]) => answers.map(({ ms }) => ms),
  left: (answers: readonly Timed[]) => answers.map(({ endedMs }) => endedMs % tickMs),
} as const;

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

/**
 * Each class beside the persons other than itself, in every view by every test, the clearest first.
 * p: corrected (Bonferroni) for all of these, in all streams, at all looks.
 */
function compared(samples: Samples): readonly Finding[] {
  const found = [...samples.keys()].flatMap((who) =>
    Object.entries(views).flatMap(([view, valuesOf]) => {
      const others = [...persons.keys()]
        .filter((name) => name !== who)
        .map((name) => valuesOf(samples.get(name) ?? []));
      return compare(valuesOf(samples.get(who) ?? []), others).map((each) => ({ ...each, who, view }));
    }),
  );
  const times = found.length * kindsOfCalls.length * looks.length;
  return found.map((each) => ({ ...each, p: Math.min(1, each.p * times) })).sort((a, b) => a.p - b.p);
}

interface Measured {
  readonly samples: Samples;
  readonly rounds: number;
  /** The smallest of each class first. */
  readonly found: readonly Finding[];
}

/** Asks until what was planted is found, or time or patience is over. */
async function measure(name: (typeof kindsOfCalls)[number], untilMs: number): Promise<Measured> {
  const asking = await startAsking({ world: chain().world, unit: roles.neighbour, questions: questionsOf(asks[name]) });
  try {
    let samples: Samples = new Map();
    for (const look of looks) {
      const more = await asking.block(look - roundsOf(samples), untilMs);
      samples = new Map([...more].map(([who, answers]) => [who, [...(samples.get(who) ?? []), ...answers]]));
      const seen = unrolled(samples);
      const found = compared(seen);
      const isFound = found.some(({ who, p }) => who === relayed && p < significance);
      if (isFound || performance.now() >= untilMs || look === looks.at(-1)) {
        return { samples: seen, rounds: roundsOf(seen), found };
      }
    }
    throw new RangeError('the last look ends it');
  } finally {
    asking.close();
  }
}

function roundsOf(samples: Samples): number {
  return samples.get(relayed)?.length ?? 0;
}

function tell(name: string, { samples, rounds, found }: Measured): void {
  const all = views.took([...samples.values()].flat()).sort((one, other) => one - other);
  const [p50, p99, p999] = [50, 99, 99.9].map((percent) => percentile(all, percent).toFixed(1));
  const middle = (who: string, view: keyof typeof views) => median(views[view](samples.get(who) ?? []));
  const beyondUnknown = (who: string, view: keyof typeof views) =>
    `${view} ${(middle(who, view) - middle('unknown', view)).toFixed(3)} ms`;
  const rows = [...samples.keys()].map((who) => {
    const least = found.find((each) => each.who === who);
    const p = `p ${least?.p.toExponential(1)} (${least?.view}, ${least?.test})`;
    return `  ${who}: ${beyondUnknown(who, 'took')}, ${beyondUnknown(who, 'left')}, ${p}`;
  });
  process.stdout.write(
    `${name}: ${rounds} rounds, p50 ${p50} ms, p99 ${p99} ms, p99.9 ${p999} ms; medians beyond those of the unknown ` +
      `person and smallest corrected p:\n${rows.join('\n')}\n`,
  );
}

const measured = new Map<string, Measured>();

describe('how long an answer takes', () => {
  beforeAll(async () => {
    // Two streams at a time: more would make the gateway so busy that its answers miss their moment.
    const pairs = [['request', 'evaluation'] as const, ['claim', 'consent'] as const];
    const began = performance.now();
    for (const [index, names] of pairs.entries()) {
      const untilMs = began + (measureMs * (index + 1)) / pairs.length;
      await Promise.all(names.map(async (name) => measured.set(name, await measure(name, untilMs))));
    }
  });

  for (const name of kindsOfCalls) {
    it(`tells of each ${name} that it came through a relay, and nothing about the person`, () => {
      const stream = measured.get(name);
      if (stream === undefined) throw new RangeError(`no ${name} was measured`);
      tell(name, stream);
      const plant = stream.found.find(({ who }) => who === relayed);
      expect(
        plant?.p,
        `this machine is too noisy to know anything: ${plantedMs} ms were planted and not found in ${stream.rounds} rounds`,
      ).toBeLessThan(significance);
      expect(stream.found.filter(({ who, p }) => who !== relayed && p < significance)).toEqual([]);
    });
  }
});
