import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isNearNow } from '../../src/api/near-now.ts';
import { partnerApp } from '../../src/api/partner-app.ts';
import { mint } from '../../src/core/brand.ts';
import { dryRun } from '../../src/core/disclosure/dry-run.ts';
import type { Partner } from '../../src/core/partner/partner.ts';
import { ok, refuse } from '../../src/core/result.ts';
import { memoryWorld } from '../world/memory-world.ts';
import { detain, units } from '../world/personas.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { fakeDeps } from './world/fake-deps.ts';
import { type Listener, listen, send } from './world/listener.ts';

const set = shippedSet();
const page = readFileSync(resolve(import.meta.dirname, '../../docs/authzen.md'), 'utf8');
const example =
  /^`POST (?<path>[^`]+)`(?: by `(?<unit>[^`]+)`)?\n```json\n(?<asked>[^`]+)```\nanswers `(?<status>\d+)`\n```json\n(?<answered>[^`]+)```/gm;
const examples = [...page.matchAll(example)].map(({ groups }) => groups ?? {});

let listener: Listener;
beforeAll(async () => {
  const world = memoryWorld(set, units);
  await detain(world.ports, () => world.call('pi'));
  const deps = fakeDeps({
    identify: (c) => {
      const unit = units.find(({ id }) => id === c.req.header('x-test-unit'));
      return unit === undefined ? refuse('no-certificate') : ok(mint<Partner>({ unit, thumbprint: '00' }));
    },
    access: {
      dryRun: (call, question) => dryRun(world.ports, call, question),
      isNow: (time) => isNearNow(time, world.ports.clock.now()),
    },
    policies: { current: () => set, boundTo: () => set },
  });
  listener = await listen(partnerApp(deps));
});
afterAll(() => listener.close());

it('shows every block as an example that is asked here', () => {
  expect(examples).toHaveLength(page.split('`POST /access/v1/').length - 2);
  expect(examples.length).toBeGreaterThan(3);
  expect(page.match(/```json/g)).toHaveLength(examples.length * 2);
});

it.each(examples)('the example of $path is answered as the page says', async (groups) => {
  const { path = '', unit = 'gemeente', asked = '', status, answered = '' } = groups;
  const headers = { 'x-test-unit': unit, 'content-type': 'application/json' };
  const answer = await send(`${listener.url}${path}`, { method: 'POST', headers, body: asked });
  expect(answer.status).toBe(Number(status));
  expect(answer.json).toMatchObject(JSON.parse(answered));
});
