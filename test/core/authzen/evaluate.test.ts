import { describe, expect, it } from 'vitest';
import { evaluate, evaluateAll, isPermitted } from '../../../src/core/authzen/evaluate.ts';
import {
  type AccessEvaluation,
  accessEvaluation,
  accessEvaluations,
  maxEvaluations,
} from '../../../src/core/authzen/evaluation-form.ts';
import { type DryRunQuestion, dryRun } from '../../../src/core/disclosure/dry-run.ts';
import { memoryWorld } from '../../world/memory-world.ts';
import { detain, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const set = shippedSet();
const subject = { type: 'unit', id: 'gemeente' };
const action = { name: 'plan-basic-conditions' };
const properties = { identifiedBy: 'bsn', source: 'pi', fields: ['identity.surname'] };
const resource = { type: 'person', id: '900000041', properties };
const good: AccessEvaluation = { subject, action, resource };

async function start() {
  const world = memoryWorld(set, units);
  await detain(world.ports, () => world.call('pi'));
  const asked: { trace: string; question: DryRunQuestion }[] = [];
  const ports = {
    dryRun: (call: Parameters<typeof dryRun>[1], question: DryRunQuestion) => {
      asked.push({ trace: call.trace, question });
      return dryRun(world.ports, call, question);
    },
    isNow: (time: string) => time === 'now',
  };
  return { ports, asked, entries: world.entries, asking: world.call('gemeente') };
}

describe('an access evaluation', () => {
  it('is permitted where all that was asked is, by a dry run of the same question', async () => {
    const { ports, asked, asking } = await start();
    const outcome = await evaluate(ports, asking, good);
    expect([outcome.kind, isPermitted(outcome)]).toEqual(['decided', true]);
    expect(asked[0]?.question).toEqual({
      purpose: action.name,
      source: 'pi',
      subject: { type: 'bsn', value: '900000041' },
      fields: ['identity.surname'],
      userRole: null,
      processingActivity: null,
    });
  });

  it('is denied where one of the fields is not permitted, though a request would give the other', async () => {
    const { ports, asking } = await start();
    const fields = ['identity.surname', 'medical.diagnosis'];
    const outcome = await evaluate(ports, asking, {
      ...good,
      resource: { ...resource, properties: { ...properties, fields } },
    });
    expect(outcome).toMatchObject({ decision: { outcome: 'permit', permitted: ['identity.surname'] } });
    expect(isPermitted(outcome)).toBe(false);
  });

  const { identifiedBy: _, ...unidentified } = properties;
  const { source: __, ...sourceless } = properties;
  const denials: readonly [string, string, AccessEvaluation][] = [
    ['not-understood', 'subject.type', { ...good, subject: { type: 'user', id: 'gemeente' } }],
    ['not-the-asking-unit', 'subject.id', { ...good, subject: { type: 'unit', id: 'buurgemeente' } }],
    ['not-now', 'context.time', { ...good, context: { time: 'yesterday' } }],
    ['not-understood', 'action.name', { ...good, action: { name: 'curiosity' } }],
    ['not-understood', 'resource.type', { ...good, resource: { ...resource, type: 'dossier' } }],
    ['not-understood', 'resource.id', { ...good, resource: { ...resource, id: '900000042' } }],
    [
      'not-understood',
      'resource.properties.identifiedBy',
      { ...good, resource: { ...resource, properties: unidentified } },
    ],
    ['not-understood', 'resource.properties.source', { ...good, resource: { ...resource, properties: sourceless } }],
    [
      'not-understood',
      'resource.properties.source',
      { ...good, resource: { ...resource, properties: { ...properties, source: 'elders' } } },
    ],
    [
      'not-understood',
      'resource.properties.fields',
      { ...good, resource: { ...resource, properties: { ...properties, fields: [] } } },
    ],
    [
      'not-understood',
      'resource.properties.fields.0',
      { ...good, resource: { ...resource, properties: { ...properties, fields: ['identity.shoeSize'] } } },
    ],
    ['not-understood', 'resource.properties.identifiedBy', { ...good, resource: { type: 'person', id: '900000041' } }],
  ];
  it.each(denials)('is denied as %s at %s, and nothing is read or written', async (reason, member, asked) => {
    const { ports, entries, asking } = await start();
    const before = entries.length;
    const outcome = await evaluate(ports, asking, asked);
    expect(outcome).toEqual({ kind: 'denied', reason, member });
    expect([isPermitted(outcome), entries.length]).toEqual([false, before]);
  });

  it('hands on the role of the user for whom is asked, which a rule may ask for', async () => {
    const { ports, asked, asking } = await start();
    await evaluate(ports, asking, { ...good, subject: { ...subject, properties: { role: 'jurist' } } });
    expect(asked[0]?.question.userRole).toBe('jurist');
  });

  it('stands on record under the trace that it names itself, and else under that of the exchange', async () => {
    const { ports, asked, asking } = await start();
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    await evaluate(ports, asking, {
      ...good,
      context: { time: 'now', traceparent: `00-${trace}-00f067aa0ba902b7-01` },
    });
    await evaluate(ports, asking, good);
    expect(asked.map((one) => one.trace)).toEqual([trace, asking.trace]);
  });
});

describe('several evaluations', () => {
  const no = { resource: { ...resource, id: '900000053' } };
  const yes = { resource };

  async function decisionsOf(evaluations: readonly object[], semantic?: string) {
    const { ports, entries, asking } = await start();
    const before = entries.length;
    const options = semantic === undefined ? {} : { options: { evaluations_semantic: semantic } };
    const body = accessEvaluations.parse({ subject, action, evaluations, ...options });
    const outcomes = await evaluateAll(ports, asking, body);
    expect(entries.length - before).toBe(outcomes.length);
    return outcomes.map(isPermitted);
  }

  it.each([
    [undefined, [yes, no, yes], [true, false, true]],
    ['execute_all', [no, yes, no], [false, true, false]],
    ['deny_on_first_deny', [yes, no, yes], [true, false]],
    ['deny_on_first_deny', [yes, yes], [true, true]],
    ['permit_on_first_permit', [no, yes, no], [false, true]],
    ['permit_on_first_permit', [no, no], [false, false]],
  ])('by %s go as far as it says, and no further is put on record', async (semantic, evaluations, expected) => {
    expect(await decisionsOf(evaluations, semantic)).toEqual(expected);
  });

  it('take what they do not name from the top, and what they name as a whole', () => {
    const own = { type: 'unit', id: 'reclassering' };
    const parsed = accessEvaluations.parse({
      ...good,
      context: { time: '2026-11-22T10:00:00Z' },
      evaluations: [{}, { subject: own, context: {} }, { resource: { type: 'person', id: 'x' } }],
    });
    expect(parsed.several).toBe(true);
    expect(parsed.evaluations.map((one) => [one.subject.id, one.context, one.resource.properties])).toEqual([
      ['gemeente', { time: '2026-11-22T10:00:00Z' }, properties],
      ['reclassering', {}, properties],
      ['gemeente', { time: '2026-11-22T10:00:00Z' }, undefined],
    ]);
  });

  it('without any are one, as the standard says', () => {
    for (const more of [{}, { evaluations: [] }]) {
      expect(accessEvaluations.parse({ ...good, ...more })).toMatchObject({ several: false, evaluations: [good] });
    }
  });

  it.each([
    ['a member that stands nowhere', { subject, evaluations: [{ resource }] }, ['evaluations', 0, 'action']],
    ['an unknown semantic', { ...good, options: { evaluations_semantic: 'any' } }, ['options', 'evaluations_semantic']],
    ['too many', { ...good, evaluations: Array.from({ length: maxEvaluations + 1 }, () => ({})) }, ['evaluations']],
  ])('are malformed with %s', (_, body, path) => {
    expect(accessEvaluations.safeParse(body).error?.issues[0]?.path).toEqual(path);
  });
});

describe('the form', () => {
  it('ignores what it does not know, and insists on the form of what it knows', () => {
    const more = { ...good, tenant: 'x', subject: { ...subject, properties: { department: 'y' }, extra: 1 } };
    expect(accessEvaluation.parse(more)).toEqual({ ...good, subject: { ...subject, properties: {} } });
    const faults = [
      { ...good, subject: 'gemeente' },
      { ...good, action: {} },
      { subject, action },
      { ...good, context: { time: 'yesterday' } },
      { ...good, context: { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` } },
      { ...good, action: { ...action, properties: { processing_activity_id: 'mijn aantekening' } } },
      { ...good, resource: { ...resource, id: 'x'.repeat(129) } },
    ];
    for (const fault of faults) expect(accessEvaluation.safeParse(fault).success).toBe(false);
  });
});
