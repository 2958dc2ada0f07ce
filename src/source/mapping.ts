import type { HttpConnector } from '../core/partner/connector.ts';
import type { Conversion } from '../core/partner/conversion.ts';

/** A field that is asked, and where and how the source writes it. */
export interface MappedField {
  readonly field: string;
  /** What the source calls it in a question that names fields. */
  readonly name: string;
  readonly how: Conversion;
}

/**
 * Those of the fields that a source can be asked for. A connector whose question cannot say under what the source
 * may have got a field asks only for fields for which all that the source holds will do.
 */
export function mappedFields(
  connector: HttpConnector,
  fields: readonly string[],
  obtained: Readonly<Record<string, readonly string[]>>,
): readonly MappedField[] {
  const { query } = connector;
  const held = query === undefined || query.put.obtained !== undefined ? [] : (query.obtained ?? ['own']);
  return fields.flatMap((field) => {
    const place = Object.hasOwn(connector.fields, field) ? connector.fields[field] : undefined;
    if (place === undefined) return [];
    const allowed = Object.hasOwn(obtained, field) ? (obtained[field] ?? []) : [];
    if (!held.every((word) => allowed.includes(word))) return [];
    const how = typeof place === 'string' ? { pointer: place } : place;
    return [{ field, name: how.name ?? how.pointer, how }];
  });
}
