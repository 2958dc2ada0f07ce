import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const root = resolve(import.meta.dirname, '../..');

const manifestForm = z.looseObject({
  name: z.literal('sluis'),
  version: z.string(),
  engines: z.strictObject({ node: z.string() }),
  dependencies: z.record(z.string(), z.string()),
});

/**
 * The client as a partner gets it: the packed file, unpacked where packages are, beside what its own manifest says that
 * it needs, which npm would put there, and nothing else. Gives that manifest.
 */
export async function packClient(folder: string): Promise<z.infer<typeof manifestForm>> {
  const modules = join(folder, 'node_modules');
  const own = join(modules, 'sluis');
  mkdirSync(own, { recursive: true });
  const how = ['--ignore-scripts', '--silent', '--pack-destination', folder];
  const packed = await run('npm', ['pack', './src/client', ...how], root);
  const file = packed.trim().split('\n').at(-1) ?? '';
  await run('tar', ['-xzf', join(folder, file), '--strip-components=1', '-C', own], folder);
  const manifest = manifestForm.parse(JSON.parse(readFileSync(join(own, 'package.json'), 'utf8')));
  for (const name of Object.keys(manifest.dependencies)) {
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  return manifest;
}

/** What a command printed; throws with its complaint where it did not end well. */
export async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (code !== 0) throw new Error(`${command} ${args[0]} ended with ${code}: ${err}`);
  return out;
}

/** The scripts of pages as the pages have them, and files beside them. */
export function placeScripts(folder: string, pages: readonly string[], files: Readonly<Record<string, unknown>>): void {
  mkdirSync(folder, { recursive: true });
  for (const page of pages) {
    const blocks = readFileSync(join(root, page), 'utf8').matchAll(
      /```(?:js|sh)\n((?:\/\/|#) ([a-z-]+\.(?:mjs|sh)):[\s\S]+?)```/g,
    );
    for (const [, script = '', file = ''] of blocks) writeFileSync(join(folder, file), script);
  }
  for (const [file, content] of Object.entries(files)) {
    writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
}
