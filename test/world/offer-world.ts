import { v7 } from 'uuid';
import type { FactId, PurposeId, RequestId, UnitId } from '../../src/core/brand.ts';
import { collect } from '../../src/core/disclosure/collect.ts';
import { declineOffer } from '../../src/core/disclosure/decline-offer.ts';
import { offer } from '../../src/core/disclosure/offer.ts';
import type { Offer } from '../../src/core/disclosure/offer-operations.ts';
import type { Fact } from '../../src/core/fact/fact.ts';
import type { SubjectReference } from '../../src/core/subject/reference.ts';
import { encryptionPair } from './encryption-keys.ts';
import { at, type MemoryWorld, memoryUnit, memoryWorld } from './memory-world.ts';
import { shippedSet } from './shipped-set.ts';
import { someUser } from './some-user.ts';

export const mayor = someUser('b1', 'mayor', 'M. van Dam');
export const officer = someUser('a1', 'designatedOfficer', 'K. Bos');
const clerk = someUser('d1', 'placementOfficer', 'J. Smit');
export const agent = someUser('a7', 'policeOfficer', 'R. Meijer');
export const probationOfficer = someUser('r1', 'probationOfficer', 'S. Aydin');

const person: SubjectReference = { type: 'bsn', value: '900000041' };

/** A minister who offers a mayor what the law lists (P12), police who offer a supervisor incidents (P10). */
export class OfferWorld {
  readonly memory: MemoryWorld;

  constructor() {
    const keys = { encryptionKeys: [{ jwk: encryptionPair().jwk, proof: null }] };
    this.memory = memoryWorld(shippedSet(), [
      memoryUnit('pi', 'prison'),
      memoryUnit('dji', 'prisonService'),
      memoryUnit('politie', 'police'),
      memoryUnit('burgemeester', 'mayor', keys),
      memoryUnit('reclassering', 'probation', keys),
      memoryUnit('andere-reclassering', 'probation', keys),
      memoryUnit('gemeente', 'municipality'),
    ]);
    this.attest('pi', { type: 'detention', until: at('2027-01-10T10:00:00.000Z') });
    this.attest('pi', { unit: 'dji', attributes: { role: 'responsible-prison-service' } });
    this.attest('dji', { unit: 'burgemeester', attributes: { role: 'mayor-of-return' } });
    this.attest('dji', { type: 'final-conviction', attributes: { offence: 'listed' } });
    this.attest('pi', { unit: 'reclassering', attributes: { role: 'supervising-probation' } });
    this.attest('pi', { type: 'supervision' });
  }

  attest(by: string, said: Omit<Partial<Fact>, 'unit'> & { readonly unit?: string }): void {
    const id = v7() as FactId;
    const subject = this.memory.know('bsn', person.value);
    const from = at('2026-03-01T10:00:00.000Z');
    const fact: Fact = {
      ...{ id, subject, from, until: null, attestedBy: by as UnitId, reference: null },
      ...{ type: 'involvement', state: 'attested', attributes: {}, ...said, unit: (said.unit as UnitId) ?? null },
    };
    this.memory.facts.set(id, fact);
  }

  /** What the minister offers the mayor. */
  toMayor(changes: Partial<Offer> = {}, key?: string, digest?: string) {
    return offer(this.memory.ports, this.memory.call('dji', key, digest), {
      purpose: 'public-order-return' as PurposeId,
      recipient: 'burgemeester' as UnitId,
      subject: person,
      data: { 'identity.surname': 'Ebbink', 'offence.conviction': ['art. 242 Sr'] },
      addressee: 'mayor',
      justification: 'keert in januari terug naar uw gemeente',
      caseReference: 'BIJ-2026-001',
      by: clerk,
      ...changes,
    });
  }

  /** What the police offer the supervisor. */
  toProbation(changes: Partial<Offer> = {}) {
    return offer(this.memory.ports, this.memory.call('politie'), {
      purpose: 'supervision' as PurposeId,
      recipient: 'reclassering' as UnitId,
      subject: person,
      data: { 'policeContacts.incidents': ['aangehouden op 20 november'] },
      addressee: null,
      justification: 'aangehouden tijdens het toezicht',
      caseReference: 'PO-2026-77',
      by: agent,
      ...changes,
    });
  }

  collect(id: RequestId, user: Offer['by'] | null, unit = 'burgemeester') {
    return collect(this.memory.ports, this.memory.call(unit), id, user);
  }

  decline(id: RequestId, unit = 'burgemeester', key?: string) {
    const refusal = { by: mayor, ground: 'niet nodig voor de openbare orde' };
    return declineOffer(this.memory.ports, this.memory.call(unit, key), id, refusal);
  }

  async offered(): Promise<RequestId> {
    const outcome = await this.toMayor();
    if (outcome.kind !== 'offered') throw new Error(`expected an offer, got ${outcome.kind}`);
    return outcome.request.id;
  }

  kindsOf(id: RequestId): readonly string[] {
    return this.memory.entries.filter(({ body }) => body.request === id).map(({ kind }) => kind);
  }

  told(unit: string): readonly string[] {
    return this.memory.events
      .filter((event) => event.unit === unit)
      .map(({ type }) => type.replace('nl.sluis.request.', ''));
  }
}
