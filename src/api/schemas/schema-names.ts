import { z } from 'zod';
import { requestBody, userToken } from '../../core/disclosure/request.ts';
import { subjectReference } from '../../core/subject/reference.ts';

interface Documented {
  /** Name under `#/components/schemas/`. */
  readonly id?: string;
  readonly description?: string;
  readonly format?: string;
}

/** Names and descriptions of schemas in the API description, kept beside them and not in zod's global registry. */
export const schemaNames = z.registry<Documented>();

/** Gives a schema its name in the API description. */
export function named<Schema extends z.ZodType>(id: string, description: string, schema: Schema): Schema {
  schemaNames.add(schema, { id, description });
  return schema;
}

/** Says something about a schema that gets no name of its own. */
export function documented<Schema extends z.ZodType>(schema: Schema, about: Omit<Documented, 'id'>): Schema {
  schemaNames.add(schema, about);
  return schema;
}

/** A path or address, absolute or relative. */
export const uriReference = documented(z.string(), { format: 'uri-reference' });

named(
  'SubjectReference',
  'How a partner says whom it means. `bsn` must pass the eleven-test and is only for partners whose statute permits it; ' +
    '`pseudonym` and `caseReference` mean something to the unit that uses them alone. Never part of an address.',
  subjectReference,
);
named(
  'UserToken',
  'The natural person at the partner on whose behalf its system calls: a compact JWS by a key of the unit, for this ' +
    'call alone. Claims iss, aud, sub, role, name, nbf, exp, jti and digest; see docs/formats.md.',
  userToken,
);
named('RequestBody', 'One source, one subject, one purpose, and each field by name.', requestBody);
