import { sourceSettings } from '../../src/demo/source-behaviour.ts';
import { startSource } from '../../src/demo/source-process.ts';

/** A parent that starts a source, says which, and then waits to be killed. */
const source = await startSource(sourceSettings.parse(JSON.parse(process.argv[2] ?? 'null')));
process.send?.({ pid: source.pid });
setInterval(() => undefined, 1_000);
