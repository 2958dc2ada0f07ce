import type { RequestId } from '../../src/core/brand.ts';
import type { Verdict } from '../../src/core/emergency/emergency.ts';
import type { Asked, Said } from './agreements.ts';

/** Of whoever asks in an emergency and stands behind it: who treats people may, who finds them a home may not. */
export const emergencyRoles = ['physician', 'nurse', 'woonconsulent'] as const;
type EmergencyRole = (typeof emergencyRoles)[number];
/** For what the person may say yes: a consent, or a waiver of secrecy. */
type Consented = 'housing' | 'notes';

/** What partners, people and gateways do. Numbers choose among what there is, the latest first. */
export type Operation =
  /** `role`: of whoever it is asked for; left out: as it is asked as a rule. */
  | { readonly op: 'ask'; readonly asked: Asked; readonly known: boolean; readonly role?: string }
  /** By one of the people of its source; `more`: with what may not be offered. */
  | {
      readonly op: 'offer';
      readonly asked: 'risk' | 'incidents';
      readonly known: boolean;
      readonly person: number;
      readonly more: boolean;
    }
  /** The same question under the same key, as a caller does that got no answer. */
  | { readonly op: 'ask again'; readonly which: number }
  | {
      readonly op: 'approve';
      readonly which: number;
      readonly person: number;
      readonly yes: boolean;
      readonly strikes?: true;
      /** Left out: one in which they may. */
      readonly role?: string;
    }
  /** `taker`: who of the recipient gets it; left out: whoever asked. */
  | {
      readonly op: 'collect';
      readonly which: number | RequestId;
      readonly taker?: { readonly person: number; readonly role: string };
    }
  /** By who offers it: it was wrong, or may not be used for now. */
  | {
      readonly op: 'correct';
      readonly asked: 'risk' | 'incidents';
      readonly as: 'rectified' | 'restricted' | 'restriction-lifted';
    }
  /** By the recipient of what is offered. */
  | { readonly op: 'decline offer'; readonly which: number | RequestId }
  | {
      readonly op: 'answer';
      readonly which: number;
      readonly what: 'all' | 'a part' | 'the rest' | 'somebody else' | 'more than asked' | 'in clear';
    }
  | { readonly op: 'decline' | 'question' | 'reply' | 'confirm'; readonly which: number }
  | { readonly op: 'look' | 'look after a change' | 'abandon' | 'expire consents' }
  | { readonly op: 'break glass'; readonly known: boolean; readonly role: EmergencyRole }
  | {
      readonly op: 'stand behind';
      readonly which: number;
      readonly person: number;
      readonly role: EmergencyRole;
    }
  | { readonly op: 'review'; readonly which: number; readonly verdict: Verdict }
  | { readonly op: 'revoke' | 'tell overdue reviews' }
  | { readonly op: 'ask consent'; readonly to: Consented; readonly days: number }
  | { readonly op: 'decide'; readonly which: number; readonly yes: boolean }
  | { readonly op: 'withdraw'; readonly which: number; readonly by: 'subject' | 'source' | 'recipient' }
  | { readonly op: 'attest'; readonly said: Said; readonly days: number | null }
  | { readonly op: 'end fact'; readonly which: number; readonly days: number }
  | { readonly op: 'dispute fact' | 'confirm fact'; readonly which: number };
