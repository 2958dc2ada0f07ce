import type { z } from 'zod';
import type { EntryForm, EntryVersions } from '../../src/core/ledger/forms/entry-form.ts';
import { shapesOf } from './entry-arbitrary.ts';

/** The lines that docs/ledger-entries.md has about a kind, at most 140 characters each. */
export function describeVersions(versions: EntryVersions): readonly string[] {
  const [first] = versions;
  const bodies = versions.flatMap(({ body }, index) =>
    shapesOf(body).map((shape) => `- body, version ${index + 1}: ${membersOf(shape).join('; ') || 'nothing'}`),
  );
  return [...bodies, `- openings: ${openingsOf(first)}`, ...namesOf(first)].flatMap(wrapped);
}

function openingsOf({ openings }: EntryForm): string {
  const said = Object.entries(openings).map(([name, { kept, required, readers }]) => {
    const who = readers.length === 0 ? 'nobody' : readers.join(', ');
    return `\`${name}\`${required ? '' : '?'} (${kept === 'fleeting' ? 'not kept; ' : ''}${who})`;
  });
  return said.join(', ') || 'none';
}

function namesOf({ named }: EntryForm): readonly string[] {
  const members = ['policySet', 'purpose', 'source', 'recipient'] as const;
  const those = (demand: 'always' | 'never') =>
    members.filter((member) => named[member] === demand).map((member) => `\`${member}\``);
  const demands = (['always', 'never'] as const)
    .filter((demand) => those(demand).length > 0)
    .map((demand) => `${demand} names ${those(demand).join(', ')}`);
  return demands.length === 0 ? [] : [`- ${demands.join('; ')}`];
}

/** Every body may have it: said once for all. */
const common = 'sealed';

function membersOf(shape: Readonly<Record<string, z.core.$ZodType>>): readonly string[] {
  return Object.entries(shape)
    .filter(([name]) => name !== common)
    .map(([name, member]) => {
      const { def } = (member as z.core.$ZodTypes)._zod;
      return def.type === 'optional' ? `\`${name}\`? ${typeOf(def.innerType)}` : `\`${name}\` ${typeOf(member)}`;
    });
}

const patterns: Readonly<Record<string, string>> = {
  '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$': 'UUID',
  '^sha256:[0-9a-f]{64}$': 'digest',
  '^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$': 'hash',
  '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$': 'instant',
  '^[0-9a-f]{64}$': '64 hex digits',
};

function typeOf(form: z.core.$ZodType): string {
  const { def } = (form as z.core.$ZodTypes)._zod;
  const checks = ('checks' in def ? (def.checks ?? []) : []).map((check) => (check as z.core.$ZodChecks)._zod.def);
  switch (def.type) {
    case 'string': {
      const format = checks.find((check) => check.check === 'string_format');
      const most = checks.find((check) => check.check === 'max_length');
      if (format !== undefined) return patterns[String(format.pattern?.source)] ?? 'text';
      if (most === undefined) return 'text';
      return most.maximum === 200 ? 'word' : `text of 1 to ${most.maximum}`;
    }
    case 'number': {
      const least = checks.find((check) => check.check === 'greater_than');
      return least === undefined ? 'integer' : `integer from ${least.value}`;
    }
    case 'boolean':
      return 'true or false';
    case 'array': {
      const isFilled = checks.some((check) => check.check === 'min_length');
      return `[${typeOf(def.element)}]${isFilled ? ', not empty' : ''}`;
    }
    case 'nullable':
      return `${typeOf(def.innerType)} or null`;
    case 'literal':
      return def.values.map((value) => JSON.stringify(value)).join(' | ');
    case 'enum':
      return Object.values(def.entries)
        .map((value) => JSON.stringify(value))
        .join(' | ');
    case 'object':
      return `{ ${membersOf(def.shape).join(', ')} }`;
    default:
      throw new Error(`a form of type ${def.type} is described nowhere`);
  }
}

/** Lines of at most 140 characters, those that go on indented. */
function wrapped(line: string): readonly string[] {
  const lines = [''];
  for (const word of line.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && `${last} ${word}`.length > 140) lines.push(`  ${word}`);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
