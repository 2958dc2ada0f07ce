import { beforeEach, expect, it } from 'vitest';
import type { UnitId } from '../../../src/core/brand.ts';
import type { SourceQuestion } from '../../../src/core/disclosure/ports.ts';
import { Fault } from '../../../src/core/fault.ts';
import type { FieldRead } from '../../../src/core/partner/field-read.ts';
import { trySource } from '../../../src/core/partner/try-source.ts';
import { httpForm } from '../../world/http-form.ts';
import { type MemoryWorld, memoryUnit, memoryWorld } from '../../world/memory-world.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const connector = httpForm({
  type: 'http',
  url: 'https://bron.example/',
  subject: { scheme: 'bsn', pointer: '/nr' },
  query: { put: { number: '/nr' }, obtained: ['own', 'plan-care'] },
  fields: { 'identity.surname': '/naam', 'housing.rentArrears': '/huur', 'identity.birthDate': '/geboren' },
});
const person = { type: 'bsn', value: '900000001' } as const;
const trial = { unit: 'bron' as UnitId, person, by: 'B. Beheerder', ground: 'aansluiting' };

let world: MemoryWorld;
let asked: SourceQuestion[];
/** How many entries there were when the source was asked. */
let recorded: number[];
let answer: ReadonlyMap<string, FieldRead>;
beforeEach(() => {
  world = memoryWorld(shippedSet(), [
    memoryUnit('bron', 'municipality', { connector }),
    memoryUnit('corporatie', 'housingAssociation', { connector }),
    memoryUnit('zegelt', 'municipality', { connector: { ...connector, query: undefined, answers: 'sealed' } }),
    memoryUnit('mensen', 'municipality', { connector: { type: 'inbox' } }),
    memoryUnit('leeg', 'municipality', { connector: { ...connector, fields: {} } }),
  ]);
  [asked, recorded] = [[], []];
  answer = new Map([
    ['identity.surname', { found: 'value', value: 'Verzonnen' }],
    ['housing.rentArrears', { found: 'value', value: 'misschien' }],
    ['identity.birthDate', { found: 'nothing' }],
  ]);
});

function attempt(change: Partial<typeof trial> | { readonly person: { type: 'bsn' | 'skn'; value: string } } = {}) {
  const read = async (question: SourceQuestion) => {
    asked.push(question);
    recorded.push(world.entries.length);
    return answer;
  };
  return trySource({ ...world.ports, read }, { ...trial, ...change });
}

it('asks for everything that is mapped, once it stands on record who wants to know', async () => {
  const known = world.know('bsn', person.value);
  const tried = await attempt();
  expect(tried).toEqual({
    ok: true,
    value: new Map([
      ['identity.surname', 'maps'],
      // The catalogue knows better than the connector what a field may hold.
      ['housing.rentArrears', 'wrong-type'],
      ['identity.birthDate', 'absent'],
    ]),
  });
  expect(recorded).toEqual([1]);
  const fields = Object.keys(connector.fields);
  const obtained = Object.fromEntries(fields.map((field) => [field, ['own', 'plan-care']]));
  expect(asked).toMatchObject([{ fields, obtained, identifiers: { bsn: '900000001' } }]);
  expect(world.entries).toMatchObject([
    {
      kind: 'source-tried',
      source: 'bron',
      recipient: null,
      purpose: null,
      subject: known,
      body: { fields },
      personal: { subject: known, requestedBy: 'B. Beheerder', ground: 'aansluiting' },
    },
  ]);
  expect(JSON.stringify(world.entries[0]?.body)).not.toContain('900000001');
});

it('asks nothing while it cannot be put on record', async () => {
  world.breakNextCommit = 'before';
  await expect(attempt()).rejects.toBeInstanceOf(Fault);
  expect([asked, world.entries]).toEqual([[], []]);
});

it.each([
  [{ unit: 'niemand' as UnitId }, 'unknown-unit'],
  [{ unit: 'corporatie' as UnitId }, 'may-not-process'],
  [{ unit: 'leeg' as UnitId }, 'nothing-mapped'],
  [{ unit: 'zegelt' as UnitId }, 'seals-itself'],
  [{ unit: 'mensen' as UnitId }, 'through-people'],
  [{ person: { type: 'skn', value: '1234567' } as const }, 'other-scheme'],
  [{ person: { type: 'bsn', value: '111222333' } as const }, 'not-a-test-number'],
])('does not ask with %j: %s, and nothing is on record', async (change, refusal) => {
  expect(await attempt(change)).toEqual({ ok: false, refusal });
  expect([asked, world.entries]).toEqual([[], []]);
});
