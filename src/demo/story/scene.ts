import { z } from 'zod';
import type { PageVisitor } from '../page-visitor.ts';
import type { PartnerClient, Reply } from '../partner-client.ts';
import type { Person } from '../population.ts';
import type { World } from '../world.ts';

/** What the story carries from scene to scene. */
export interface Stage {
  readonly world: World;
  /** The detainee the story is about, and somebody nobody has ever heard of. */
  readonly person: Person;
  readonly stranger: Person;
  readonly partners: Readonly<Record<Role, PartnerClient>>;
  readonly detainee: PageVisitor;
  /** Pseudonym under which the municipality knows the person, once it was told. */
  pseudonym: string | null;
  /** Receipts that partners got, to check at the end. */
  readonly receipts: unknown[];
}

export const roles = {
  prison: 'pi-zwolle',
  municipality: 'gemeente-zwolle',
  neighbour: 'gemeente-deventer',
  probation: 'reclassering-zwolle',
  police: 'politie-ijsselland',
  housing: 'woonstichting-de-hoven',
} as const;

export type Role = keyof typeof roles;

export interface Scene {
  readonly title: string;
  /** What the story says will happen. */
  readonly told: string;
  /** Plays it and says what happened; throws `OtherwiseThanTold` when that is something else. */
  play(stage: Stage): Promise<string>;
}

export class OtherwiseThanTold extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'OtherwiseThanTold';
  }
}

export function insist(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new OtherwiseThanTold(otherwise);
}

const problem = z.looseObject({ type: z.string(), title: z.string().optional(), class: z.string().optional() });

/** Reads a reply that has to have this status. */
export function read<T extends z.ZodType>(reply: Reply, status: number, schema: T): z.infer<T> {
  if (reply.status !== status) {
    const told = problem.safeParse(reply.body);
    const why = told.success ? ` (${told.data.type}${told.data.class ? `, ${told.data.class}` : ''})` : '';
    throw new OtherwiseThanTold(`antwoord ${reply.status} in plaats van ${status}${why}`);
  }
  return schema.parse(reply.body);
}

export const delivered = z.looseObject({
  id: z.uuid(),
  state: z.literal('delivered'),
  data: z.record(z.string(), z.unknown()),
  receipt: z.unknown(),
});

export const accepted = z.looseObject({ id: z.uuid(), state: z.string() });

const refusals = { prohibited: 'geweigerd: de wet verbiedt het', 'not-available': 'niet beschikbaar' } as const;

/** Insists on a refusal of this class, and says it in words. */
export function refusal(reply: Reply, kind: keyof typeof refusals): string {
  const body = read(reply, 403, z.looseObject({ class: z.string() }));
  insist(body.class === kind, `geweigerd als ${body.class} in plaats van ${kind}`);
  return refusals[kind];
}

export function ask(
  purpose: string,
  source: string,
  subject: { readonly type: string; readonly value: string },
  fields: readonly string[],
) {
  return {
    purpose,
    source,
    subject,
    fields,
    justification: 'Voorbereiding van de terugkeer naar de gemeente',
    caseReference: 'ZW-2026-0117',
    onBehalfOf: { id: 'medewerker-7', role: 'nazorgcoordinator', name: 'A. de Vries' },
  };
}
