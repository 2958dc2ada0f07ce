import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connectorForm } from '../../src/core/partner/connector.ts';
import { partnersFile } from '../../src/core/partner/partners-file.ts';
import { demoPartners } from '../../src/demo/partners.ts';
import type { Person } from '../../src/demo/population.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { applyPartners } from '../../src/store/partners.ts';
import { dump } from '../faults/canary/dump.ts';
import { atThePages, detain, eventually, expectProblem, kindsOf, personOf, useChain } from '../world/chain.ts';
import { startVendor, type Vendor } from '../world/sources/vendor-server.ts';
import { ledgerVerify } from './chain/running-chain.ts';

const chain = useChain();
const [source, hospital] = ['pi-zwolle-medisch', 'zorg-de-wissel'];
const doctor = { id: 'arts-1', role: 'physician', name: 'M. de Boer' };
const [taken, found] = ['fenprocoumon-gemerkt-4406', 'boezemfibrilleren-gemerkt-4407'];
const medical = ['medical.diagnosis', 'medical.medication'];
const patience = { timeout: 120_000 };

let file: Vendor;
let person: Person;
/** By which the medical service knows the person. */
let reference: string;

beforeAll(async () => {
  const { world } = chain();
  person = personOf(chain(), 0);
  reference = `MD-${person.skn}`;
  await detain(chain(), person);
  file = await startVendor(world.authority, {
    name: 'medisch-dossier',
    clients: [world.gatewayCredentials.thumbprint],
    product: () => ({
      status: 200,
      body: { dossier: reference, diagnosen: [found], medicatie: [taken], journaal: ['niet gevraagd'] },
    }),
  });
  await connect();
  const treats = { type: 'involvement', from: '2026-01-01T00:00:00Z', unit: source, caseReference: reference };
  const fact = {
    subject: { type: 'bsn', value: person.bsn },
    ...treats,
    attributes: { role: 'treating-care-provider' },
  };
  expect((await chain().client(roles.prison).post('/v1/facts', fact)).status).toBe(201);
}, 120_000);
afterAll(() => file?.close());

/** The medical service gives its files over HTTPS, in clear. */
async function connect(): Promise<void> {
  const { world, owner } = chain();
  const connector = connectorForm.parse({
    type: 'http',
    url: `${file.origin}/dossiers`,
    certificates: [file.thumbprint],
    subject: { scheme: 'caseReference', pointer: '/dossier' },
    fields: { 'medical.diagnosis': '/diagnosen', 'medical.medication': '/medicatie', 'medical.notes': '/journaal' },
  });
  const thumbprints = new Map([...world.credentials].map(([id, { thumbprint }]) => [id, thumbprint]));
  const signingKeys = new Map([...world.signers.units].map(([id, { publicJwk }]) => [id, publicJwk]));
  const { organisations } = demoPartners({ thumbprints, sources: world.sources, signingKeys });
  const written = organisations.map((organisation) => ({
    ...organisation,
    units: organisation.units.map((unit) => (unit.id === source ? { ...unit, connector } : unit)),
  }));
  await applyPartners(owner, partnersFile.parse(JSON.parse(JSON.stringify({ organisations: written }))));
}

const question = (changes: object = {}) => ({
  source,
  subject: { type: 'bsn', value: person.bsn },
  fields: [...medical, 'medical.notes'],
  ground: 'Bewusteloos binnengebracht met een bloeding; zonder de medicatie is er levensgevaar.',
  unableToConsent: 'physical',
  establishedHow: 'Geen reactie op aanspreken, vastgesteld door de SEH-arts',
  caseReference: 'SEH-2026-42',
  onBehalfOf: doctor,
  ...changes,
});

const ask = (unit: string, changes: object = {}) => chain().client(unit).post('/v1/break-glass', question(changes));
const given = z.looseObject({
  id: z.uuid(),
  data: z.record(z.string(), z.unknown()),
  decision: z.looseObject({ refused: z.array(z.looseObject({ field: z.string() })) }),
});

describe('a break-glass for what treatment needs', patience, () => {
  it('gives who helps the diagnosis and the medication, without consent or waiver, and no notes', async () => {
    const reply = await eventually(async () => {
      const reply = await ask(hospital);
      return reply.status === 200 ? reply : null;
    });
    const { id, data, decision } = given.parse(reply.body);
    expect(data).toEqual({ 'medical.diagnosis': [found], 'medical.medication': [taken] });
    expect(decision.refused.map(({ field }) => field)).toEqual(['medical.notes']);
    expect(JSON.stringify(file.asked.at(-1))).not.toContain('notes');
    expect(await kindsOf(chain(), id)).toEqual(['break-glass', 'disclosure']);
    const by = { id: 'arts-2', role: 'physician', name: 'R. Vos' };
    const seconded = await chain().client(hospital).post(`/v1/break-glass/${id}/second-persons`, { by });
    expect(seconded.body).toMatchObject({ state: 'confirmed' });
    const me = await (await atThePages(chain(), person)).visit('/me');
    expect(me.html).toContain('Er was gevaar voor uw leven of gezondheid');
    expect(me.html).toContain('Uw medicijnen');
    expect(me.html).not.toContain('gemerkt');
  });

  it('gives nobody else anything medical, and asks the source of nothing for them', async () => {
    const before = file.asked.length;
    const helpers: readonly [string, object][] = [
      [hospital, { id: 'adviseur-1', role: 'experienceAdviser', name: 'T. Tan' }],
      [roles.prison, { id: 'directeur-1', role: 'director', name: 'A. Vos' }],
      [roles.police, { id: 'agent-7', role: 'policeOfficer', name: 'R. Meijer' }],
      [roles.municipality, { id: 'coordinator-1', role: 'nazorgcoordinator', name: 'A. de Vries' }],
    ];
    for (const [unit, onBehalfOf] of helpers) expectProblem(await ask(unit, { onBehalfOf }), 403, 'refused');
    expectProblem(await ask(hospital, { fields: ['medical.notes'] }), 403, 'refused');
    expectProblem(await ask(hospital, { subject: { type: 'bsn', value: personOf(chain(), 1).bsn } }), 403, 'refused');
    expect(file.asked.length).toBe(before);
  });

  it('leaves nothing medical with the gateway, and a ledger that is whole', async () => {
    const kept = [...(await dump(chain().owner)).values(), chain().log()].join('\n');
    expect(kept).not.toMatch(/gemerkt-440[67]/);
    expect(await ledgerVerify(chain().world)).toMatchObject({ code: 0, report: { ok: true, problems: [] } });
  });
});
