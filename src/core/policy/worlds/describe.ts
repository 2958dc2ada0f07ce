import type { FieldId } from '../../brand.ts';
import type { Fact } from '../../fact/fact.ts';
import { unreadable } from './traces.ts';
import { type Kinds, units, type World } from './world.ts';

/** A world as a request that a person can picture: who asks whom for what, and what is on record. */
export function describeRequest(world: World, kinds: Kinds, fields: readonly FieldId[]): string {
  const user = world.userRole === null ? '' : ` for its ${world.userRole}`;
  const asks = `${kinds.recipient} asks ${kinds.source}${user} for ${fields.join(', ')} on ${world.now.slice(0, 10)}`;
  const known = [...world.facts.map(describeFact), ...world.consents.map((kind) => `a valid ${kind}`)];
  return `${asks} about a person of whom ${known.length === 0 ? 'nothing' : known.join(', ')} is on record`;
}

function describeFact(fact: Fact): string {
  const words = Object.values(fact.attributes).join(', ');
  const about = Object.entries(units).find(([, unit]) => unit === fact.unit)?.[1];
  const period =
    fact.from === unreadable
      ? 'in an unreadable period'
      : `${fact.from.slice(0, 10)} to ${fact.until?.slice(0, 10) ?? 'no end yet'}`;
  return [
    fact.state === 'attested' ? '' : `${fact.state} `,
    `"${fact.type}${words === '' ? '' : `: ${words}`}"`,
    about === undefined ? '' : ` of ${about}`,
    fact.reference === null ? '' : ` in ${fact.reference}`,
    ` (${period})`,
  ].join('');
}
