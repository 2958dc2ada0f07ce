import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openApiText } from '../api/openapi.ts';

const file = fileURLToPath(new URL('../../openapi/sluis.openapi.json', import.meta.url));

/** `sluis openapi`: the description that is generated from the routes. */
export function openapi(options: { readonly write: boolean }): void {
  const text = openApiText();
  if (options.write) writeFileSync(file, text);
  else process.stdout.write(text);
}
