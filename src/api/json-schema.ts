import type { SchemaObject } from 'openapi3-ts/oas31';
import { z } from 'zod';
import { schemaNames } from './schemas/schema-names.ts';

/** Collects the named schemas that it meets, to stand once under `#/components/schemas/`. */
export interface SchemaCollector {
  readonly components: ReadonlyMap<string, SchemaObject>;
  schemaOf(schema: z.ZodType): SchemaObject;
}

/**
 * zod's JSON Schema (2020-12, which OpenAPI 3.1 speaks) with its `$defs` moved to the components.
 * Always the input side: answers have no transforms, so one name never stands for two shapes.
 */
export function schemaCollector(): SchemaCollector {
  const components = new Map<string, SchemaObject>();
  return {
    components,
    schemaOf: (schema) => {
      const { $schema: _, $defs, ...rest } = z.toJSONSchema(schema, { metadata: schemaNames, io: 'input', override });
      for (const [name, definition] of Object.entries($defs ?? {})) components.set(name, toComponent(definition));
      return toComponent(rest);
    },
  };
}

function override({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  // the name is the component's key; an `id` would be read as its address
  delete jsonSchema.id;
  // zod spells the format out as a pattern too; a reader needs the format alone
  if (jsonSchema.format === 'uuid' || jsonSchema.format === 'date-time') delete jsonSchema.pattern;
}

function toComponent(schema: object): SchemaObject {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));
}
