import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ExportFault } from './export-fault.ts';
import { manifestFile } from './export-paths.ts';
import { isAbsent, writeAside } from './write-aside.ts';

const position = z.int().min(0);

/** What an export is, and whether all of it is there. */
const manifest = z
  .strictObject({
    v: z.literal(1),
    /** Name of the log. */
    origin: z.string().min(1),
    /** First position in `entries/`. */
    since: position,
    /** Leaves in the tree. */
    size: position,
    /** Entries that waited for the tree. */
    pending: position,
    state: z.enum(['writing', 'whole']),
    writtenAt: z.iso.datetime({ precision: 3 }),
  })
  .refine(({ since, size }) => since <= size, { path: ['since'] });

export type Manifest = z.infer<typeof manifest>;

/** null: there is none. Throws `ExportFault` for one that cannot be read. */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const file = path.join(folder, manifestFile);
  try {
    const parsed = manifest.safeParse(JSON.parse(await readFile(file, 'utf8')));
    if (parsed.success) return parsed.data;
    const place = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new ExportFault(`${file}: is not the manifest of an export of version 1${place === '' ? '' : ` (${place})`}`);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ExportFault(`${file}: is not JSON`);
    if (isAbsent(error)) return null;
    throw error;
  }
}

export async function writeManifest(folder: string, written: Manifest): Promise<void> {
  const { origin, pending, since, size, state, v, writtenAt } = written;
  await writeAside(
    path.join(folder, manifestFile),
    `${JSON.stringify({ origin, pending, since, size, state, v, writtenAt })}\n`,
  );
}
