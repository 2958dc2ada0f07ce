import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { roles } from '../../src/demo/story/scene.ts';
import { gatewayOin } from '../../src/demo/world.ts';
import { detain, personOf, useChain } from '../world/chain.ts';
import { packClient, placeScripts, run } from '../world/packed-client.ts';

const chain = useChain();
const unit = roles.municipality;
let folder: string;
let surname: string;
let gateway: string;

const question = z.looseObject({ subject: z.looseObject({ type: z.literal('bsn') }) });

/** The question as the page has it, about somebody who is there. */
function questionOf(bsn: string): object {
  const page = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8');
  const [, text = ''] = page.match(/```json\n([\s\S]+?)```/) ?? [];
  return { ...question.parse(JSON.parse(text)), subject: { type: 'bsn', value: bsn } };
}

beforeAll(async () => {
  const { world } = chain();
  const person = personOf(chain(), 0);
  await detain(chain(), person);
  surname = person.surname;
  gateway = world.gateways[0]?.ready.partnerUrl ?? '';
  const own = world.credentials.get(unit);
  folder = join(world.directory, 'first');
  const signingKey = world.signers.units.get(unit)?.privateJwk;
  const user = { id: 'medewerker-1', role: 'nazorgcoordinator', name: 'A. de Vries' };
  placeScripts(folder, ['README.md'], {
    'partner.json': { gateway, gatewayOin, unit, signingKey, user },
    'question.json': questionOf(person.bsn),
    'client.pem': own?.certificate ?? '',
    'client.key': own?.key ?? '',
    'ca.pem': world.authority.ca,
  });
  await packClient(folder);
}, 120_000);

describe("a partner's first request, as the first page has it", { timeout: 60_000 }, () => {
  it('is answered with the client library', async () => {
    const out = await run(process.execPath, ['first-request.mjs'], folder);
    expect(out).toMatch(/^200 \{/);
    expect(JSON.parse(out.slice(4))).toMatchObject({ 'identity.surname': surname });
  });

  it('is answered with curl', async () => {
    const body = JSON.parse(await run('sh', ['first-request.sh', gateway], folder));
    expect(body).toMatchObject({ state: 'delivered', data: { 'identity.surname': surname } });
  });
});
