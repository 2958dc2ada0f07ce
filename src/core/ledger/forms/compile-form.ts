import type { z } from 'zod';

/** Whether a value is of a form. */
export type Accepts = (value: unknown) => boolean;

/**
 * The verdict of a form without its messages: a verifier asks it of every entry of a ledger, and building a
 * result costs more than looking. What it does not know how to look at, the form itself decides.
 */
export function compileForm(form: z.core.$ZodType): Accepts {
  const { def } = (form as z.core.$ZodTypes)._zod;
  const itself: Accepts = (value) => (form as z.ZodType).safeParse(value).success;
  switch (def.type) {
    case 'object':
      return def.catchall?._zod.def.type === 'never' ? strictObject(def.shape) : itself;
    case 'string':
      return both(def, (value) => typeof value === 'string') ?? itself;
    case 'number':
      return both(def, (value) => typeof value === 'number') ?? itself;
    case 'array':
      return both(def, itemsOf(compileForm(def.element))) ?? itself;
    case 'literal':
      return oneOf(def.values);
    case 'enum':
      return oneOf(Object.values(def.entries));
    case 'union': {
      const options = def.options.map(compileForm);
      return (value) => options.some((accepts) => accepts(value));
    }
    case 'nullable': {
      const inner = compileForm(def.innerType);
      return (value) => value === null || inner(value);
    }
    case 'boolean':
      return (value) => typeof value === 'boolean';
    default:
      return itself;
  }
}

function strictObject(shape: Readonly<Record<string, z.core.$ZodType>>): Accepts {
  const members = new Map(
    Object.entries(shape).map(([name, form]) => {
      const { def } = (form as z.core.$ZodTypes)._zod;
      const optional = def.type === 'optional';
      return [name, { accepts: compileForm(optional ? def.innerType : form), optional }] as const;
    }),
  );
  const required = [...members].filter(([, { optional }]) => !optional).length;
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const given = value as Readonly<Record<string, unknown>>;
    let met = 0;
    for (const name of Object.keys(given)) {
      const member = members.get(name);
      if (member === undefined || !member.accepts(given[name])) return false;
      if (!member.optional) met += 1;
    }
    return met === required;
  };
}

function itemsOf(accepts: Accepts): Accepts {
  return (value) => {
    if (!Array.isArray(value)) return false;
    for (let index = 0; index < value.length; index++) if (!accepts(value[index])) return false;
    return true;
  };
}

function oneOf(values: readonly unknown[]): Accepts {
  const known = new Set(values);
  return (value) => known.has(value);
}

interface Checked {
  readonly checks?: readonly z.core.$ZodCheck[] | undefined;
  /** A number of a format is a check of itself. */
  readonly check?: string;
  readonly format?: string | undefined;
}

function formatOf(format: string | undefined): Accepts | null {
  return format === 'safeint' ? Number.isSafeInteger : null;
}

/** The type and each check on it; null: one of them is not known here. */
function both(def: Checked, isOfType: Accepts): Accepts | null {
  const own = def.check === undefined ? [] : [formatOf(def.format)];
  const checks = [...own, ...(def.checks ?? []).map((check) => checkOf((check as z.core.$ZodChecks)._zod.def))];
  if (checks.includes(null)) return null;
  const [first, second] = checks as readonly Accepts[];
  if (checks.length > 2) return null;
  if (first === undefined) return isOfType;
  if (second === undefined) return (value) => isOfType(value) && first(value);
  return (value) => isOfType(value) && first(value) && second(value);
}

function checkOf(def: z.core.$ZodChecks['_zod']['def']): Accepts | null {
  switch (def.check) {
    case 'number_format':
      return formatOf(def.format);
    case 'greater_than': {
      const { value: bound, inclusive } = def;
      return inclusive && typeof bound === 'number' ? (value) => (value as number) >= bound : null;
    }
    case 'min_length': {
      const { minimum } = def;
      return (value) => (value as string).length >= minimum;
    }
    case 'max_length': {
      const { maximum } = def;
      return (value) => (value as string).length <= maximum;
    }
    case 'string_format': {
      const { pattern } = def;
      // A sticky or global pattern remembers where it was.
      return pattern !== undefined && pattern.flags === '' ? (value) => pattern.test(value as string) : null;
    }
    default:
      return null;
  }
}
