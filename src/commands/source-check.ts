import { type Config, ConfigError, readConfig } from '../config.ts';
import type { UnitId } from '../core/brand.ts';
import { type Fault, isSourceFault } from '../core/fault.ts';
import { type FieldTried, type NotTried, type Trial, trySource } from '../core/partner/try-source.ts';
import type { Result } from '../core/result.ts';
import { watchNamedIdentities } from '../crypto/named-identities.ts';
import { loadIdentity, sourceClientTls } from '../crypto/tls.ts';
import { loadTrust } from '../crypto/trust.ts';
import { httpSources } from '../source/http-connector.ts';
import { openRegistry } from '../store/registry.ts';
import { createSnapshots } from '../store/snapshots.ts';
import { setInForce } from './set-in-force.ts';
import { readPersonLines } from './subject-lines.ts';
import { readAsked } from './subject-session.ts';
import { exitCodes, printJson, printLines, textTable } from './terminal.ts';
import { withLedger } from './with-ledger.ts';

type Tried = Result<ReadonlyMap<string, FieldTried>, NotTried>;

/** `sluis source check UNIT`: line 1 names an invented person. Exit code 1: the source or its connector is not good. */
export async function sourceCheck(
  id: string,
  options: { readonly by: string; readonly ground: string; readonly json: boolean },
): Promise<void> {
  const asked = readAsked(options);
  const config = readConfig(process.env);
  const [line] = readPersonLines('the invented person');
  if (line === undefined) throw new RangeError('one line was read');
  const unit = id as UnitId;
  const { named, reference } = line;
  if (reference.type === 'caseReference' && named.by === 'reference' && named.unit !== unit) {
    throw new ConfigError([`standard input, line 1: the case reference must be one of ${id} itself`]);
  }
  const outcome = await faultOr(tryAt(config, { unit, person: reference, ...asked }));
  if (outcome instanceof Error) tellFault(id, outcome, options.json);
  else tell(id, outcome, options.json);
}

function tryAt(config: Config, trial: Trial): Promise<Tried> {
  const at = { environment: config.demo ? 'demo' : 'production', now: new Date() } as const;
  const files = { certificateFile: config.sourceTls.cert, keyFile: config.sourceTls.key };
  const tls = sourceClientTls(loadIdentity(files, at), loadTrust(config.trust.sources, at));
  const watch = { ...at, everyMs: 60_000, onChange: () => undefined, onProblem: () => undefined };
  return withLedger(async ({ pool, keys, journal, clock, entropy }) => {
    const set = await setInForce(pool);
    const registry = await openRegistry(pool);
    const identities = watchNamedIdentities(config.brokering.sourceCertificates, watch);
    const sources = httpSources({ tls, maxTimeoutMs: config.sourceTimeoutMs, certificate: identities.of });
    const snapshots = createSnapshots(pool, keys.identifiers);
    const { read } = sources;
    try {
      const policies = { current: () => set };
      return await trySource({ clock, entropy, registry, journal, policies, snapshots, read }, trial);
    } finally {
      sources.close();
      identities.close();
      registry.close();
    }
  });
}

async function faultOr(tried: Promise<Tried>): Promise<Tried | Fault> {
  try {
    return await tried;
  } catch (error) {
    if (isSourceFault(error)) return error;
    throw error;
  }
}

/** INVARIANT: words of ours and names of fields; nothing that a source answered. */
function tell(unit: string, tried: Tried, json: boolean): void {
  if (!tried.ok) {
    if (json) printJson({ unit, refused: tried.refusal });
    process.stderr.write(`sluis: ${unit}: ${refusals[tried.refusal]}\n`);
    process.exitCode = exitCodes.wrong;
    return;
  }
  const fields = [...tried.value];
  const good = fields.every(([, is]) => is === 'maps' || is === 'absent');
  if (json) printJson({ unit, ok: good, fields: Object.fromEntries(fields) });
  else
    printLines(
      textTable(
        ['field', 'is'],
        fields.map(([field, is]) => [field, words[is]]),
      ),
    );
  process.exitCode = good ? exitCodes.fine : exitCodes.wrong;
}

function tellFault(unit: string, { code, message }: Fault, json: boolean): void {
  if (json) printJson({ unit, ok: false, fault: code, problem: message });
  process.stderr.write(`sluis: ${unit}: ${code}: ${message}\n`);
  process.exitCode = exitCodes.wrong;
}

const words: Readonly<Record<FieldTried, string>> = {
  maps: 'maps',
  absent: 'absent',
  'wrong-type': 'wrong type',
  'unknown-code': 'unknown code',
  contradicts: 'contradicts itself',
  ambiguous: 'more than one',
  'not-in-catalogue': 'not in the catalogue',
};

const refusals: Readonly<Record<NotTried, string>> = {
  'unknown-unit': 'is not a registered unit; `partner list` names them',
  'no-connector': 'has no connector: write one in its partners file (docs/connectors.md)',
  'through-people':
    'answers through its inbox, by people or software of its own: there is nothing to ask (docs/inbox.md)',
  'seals-itself':
    'seals what it answers, to a recipient: make a request of an invented person and open it (docs/sealed.md)',
  'nothing-mapped': 'has a connector that maps no field',
  'other-scheme': 'its connector asks by another scheme than line 1 names: see subject.scheme there',
  'may-not-process': 'its kind may not process this number: ask by its own case reference',
  'not-a-test-number': 'a citizen service number must begin with 9 here: those are kept for tests, others are people',
};
