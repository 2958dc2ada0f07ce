import type { ConsentId, FactId, Instant, RequestId, UnitId } from '../../src/core/brand.ts';
import type { Call } from '../../src/core/disclosure/operations.ts';
import type { Verdict } from '../../src/core/emergency/emergency.ts';
import type { SubjectReference } from '../../src/core/subject/reference.ts';
import { at } from '../world/memory-world.ts';
import type { Asked, Said } from './agreements.ts';
import type { LifePorts } from './life-gateways.ts';
import type { KnownRequest, LifeModel, Party } from './life-model.ts';
import type { Operation } from './operation.ts';

/** Whom all of it is about. */
export const person: SubjectReference = { type: 'bsn', value: '900000041' };
/** The first is who asks. */
const people = ['u1', 'u8', 'u9'] as const;
export const asker = people[0];

/** Throws where there is no such person. */
export function personOf(which: number): string {
  const found = people[which];
  if (found === undefined) throw new RangeError(`person ${which}`);
  return found;
}

/** What an operation wants, as the model writes it down at the moment at which the operation's work becomes durable. */
export type Intent =
  /** Or to offer, where its source begins. */
  | {
      readonly intent: 'ask';
      readonly asked: Asked;
      readonly known: boolean;
      readonly asker: string;
      readonly key: string;
      readonly since: number;
      /** Whether whoever it is asked for is in a role that may ask it. */
      readonly rightly: boolean;
    }
  /** `rightly`: about whom was asked, and nothing that was not. */
  | { readonly intent: 'answer'; readonly rightly: boolean }
  | {
      readonly intent: 'approve';
      readonly request: RequestId;
      readonly person: string;
      readonly struck: readonly string[];
      /** Whether they are in a role that is asked for. */
      readonly rightly: boolean;
    }
  /** `role`: of whoever gets it; null: whoever asked. */
  | { readonly intent: 'collect'; readonly role: string | null }
  | {
      readonly intent: 'stand behind';
      readonly request: RequestId;
      readonly person: string;
      readonly rightly: boolean;
    }
  | { readonly intent: 'review'; readonly request: RequestId; readonly verdict: Verdict }
  | { readonly intent: 'revoke' }
  | { readonly intent: 'correct'; readonly asked: Asked; readonly as: (Operation & { op: 'correct' })['as'] }
  | { readonly intent: 'attest'; readonly said: Said; readonly from: number; readonly until: number }
  | { readonly intent: 'end' | 'dispute' | 'confirm'; readonly fact: FactId; readonly until: number }
  | { readonly intent: 'consent'; readonly to: Asked; readonly validUntil: number }
  | { readonly intent: 'given' | 'refused' | 'withdrawn'; readonly consent: ConsentId }
  | { readonly intent: 'other' };

export interface Planned {
  readonly intent: Intent;
  /** `atOnce`: the same ports without anybody who waits, for what is read in one moment before it is acted on. */
  run(ports: LifePorts, atOnce: LifePorts): Promise<unknown>;
}

/** A question that was put, so that it can be put again. */
export interface Question {
  readonly key: string;
  readonly asked: Asked;
  readonly known: boolean;
  /** Of whoever it is asked for, or who offers. */
  readonly role: string;
  /** Who that is. */
  readonly person: string;
  /** With what may not be offered; left out: what it is about alone. */
  readonly more?: boolean;
}

export interface Scene {
  readonly model: LifeModel;
  /** By the clock of the gateway that the operation runs on. */
  readonly now: number;
  /** The last one last. */
  readonly questions: Question[];
  call(unit: Party, key?: string): Call;
}

/** The person as this unit may name them: a medical service may not use the number by which others do. */
export async function asKnownBy({ subjects }: LifePorts, unit: Party): Promise<SubjectReference> {
  if (unit !== 'medisch') return person;
  return {
    type: 'pseudonym',
    value: await subjects.pseudonym(unit as UnitId, await subjects.ensure({ type: 'bsn', value: person.value })),
  };
}

/** As a rule one that waits for this; now and then any. */
export function chosen(model: LifeModel, states: readonly string[], which: number | RequestId): KnownRequest | null {
  if (typeof which === 'string') return model.request(which);
  const all = [...model.requests.values()];
  const waiting = all.filter(({ state }) => states.includes(state));
  return latest(which < 3 && waiting.length > 0 ? waiting : all, which);
}

export function latest<T>(all: readonly T[], which: number): T | null {
  return all[all.length - 1 - (which % Math.max(all.length, 1))] ?? null;
}

export function instantOf(ms: number): Instant {
  return at(new Date(ms).toISOString());
}
