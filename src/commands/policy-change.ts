import { readUnsignedPolicies } from '../config.ts';
import { beforeActive, type PlannedChange, type PolicySetsOnRecord } from '../core/policy-set/activation.ts';
import { carryOutDue } from '../core/policy-set/carry-out.ts';
import type { ChangePorts } from '../core/policy-set/ports.ts';
import { type ProposalRefusal, proposeChange } from '../core/policy-set/propose-change.ts';
import type { PolicyStatement } from '../core/policy-set/statement.ts';
import { checkDetachedJws } from '../crypto/detached-jws.ts';
import { compilePolicyFolder, type PolicyFolder, readPolicyFolder } from '../policy-files/load.ts';
import { policySetRecords } from '../store/policy-set-records.ts';
import { loadedPolicySets, storePolicySet } from '../store/policy-sets.ts';
import { approvalWords, readApprovals } from './approvals.ts';
import { startOf } from './policy-sign.ts';
import { type LedgerSession, withLedger } from './with-ledger.ts';

interface ChangeOptions {
  readonly approval: readonly string[];
  readonly from?: string;
  readonly json: boolean;
}

/** `sluis policy activate DIR --approval FILE --approval FILE [--from TIME]`. Exit code 1: refused, and nothing changed. */
export async function policyActivate(dir: string, options: ChangeOptions): Promise<void> {
  const folder = readPolicyFolder(dir);
  const loaded = compilePolicyFolder(folder);
  if (!loaded.ok) {
    const lines = loaded.errors.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
    return refuse(options, lines, { kind: 'does-not-load', errors: loaded.errors });
  }
  const from = startOf(options.from);
  await change(options, folder, ({ active }) => ({ action: 'activate', set: folder.digest, from, previous: active }));
}

/** `sluis policy rollback`: back to the set before the one in force, or, with `planned`, without the planned one. */
export async function policyRollback(options: ChangeOptions & { readonly planned: boolean }): Promise<void> {
  await change(options, null, (onRecord) => {
    const { active, planned } = onRecord;
    const going = planned.find(({ statement }) => statement.action === 'activate')?.statement.set ?? null;
    const set = options.planned ? active : beforeActive(onRecord);
    const previous = options.planned ? going : active;
    return set === null || previous === null ? null : { action: 'rollback', set, from: null, previous };
  });
}

async function change(
  options: ChangeOptions,
  folder: PolicyFolder | null,
  statementFor: (onRecord: PolicySetsOnRecord) => PolicyStatement | null,
): Promise<void> {
  const { approvals, unread } = readApprovals(options.approval);
  if (unread.length > 0) {
    const lines = unread.map((file) => `${file}: is not an approval as \`sluis policy sign\` writes it`);
    return refuse(options, lines, { kind: 'malformed-approval', files: unread });
  }
  const signatures = readUnsignedPolicies(process.env) ? null : checkDetachedJws;
  await withLedger(async (session) => {
    const ports = changePorts(session, folder);
    const statement = statementFor(await ports.records.read());
    if (statement === null) return refuse(options, ['there is nothing to go back to'], { kind: 'does-not-fit' });
    const proposed = await proposeChange(ports, statement, approvals, signatures);
    if (!proposed.ok) return refuse(options, [refusalText(proposed.refusal)], proposed.refusal);
    const { startsAt } = proposed.value;
    const became = startsAt > session.clock.now() ? 'planned' : await carryOutNow(ports, session, proposed.value);
    if (became === 'lapsed') return refuse(options, [refusalText({ kind: 'does-not-fit' })], { kind: became });
    const text =
      became === 'planned' ? `${statement.set} will be in force from ${startsAt}` : `${statement.set} is in force`;
    process.stdout.write(options.json ? `${JSON.stringify({ ...statement, became, startsAt })}\n` : `${text}\n`);
  });
}

function changePorts({ pool, ...session }: LedgerSession, folder: PolicyFolder | null): ChangePorts {
  const records = policySetRecords(pool);
  return {
    ...session,
    records: {
      ...records,
      // The files are kept once their approvals hold, and not before.
      async record(planned, at) {
        if (folder !== null) await storePolicySet(pool, folder, at);
        return records.record(planned, at);
      },
    },
  };
}

/** Here and now, or by a gateway that was quicker: what counts is what is on record afterwards. */
async function carryOutNow(
  ports: ChangePorts,
  { pool, clock }: LedgerSession,
  { id, statement }: PlannedChange,
): Promise<'done' | 'lapsed'> {
  const load = (files: PolicyFolder) => {
    const loaded = compilePolicyFolder(files);
    return loaded.ok ? loaded.set : null;
  };
  const { loads } = loadedPolicySets({ pool, load, onAlarm: () => undefined });
  for (;;) {
    await carryOutDue(ports, loads);
    const { active, planned } = await ports.records.read();
    if (!planned.some((change) => change.id === id)) return active === statement.set ? 'done' : 'lapsed';
    // Busy, or not yet due by the clock of the database.
    await clock.pause(50);
  }
}

function refuse(options: ChangeOptions, lines: readonly string[], refusal: object): void {
  for (const line of lines) process.stderr.write(`sluis: ${line}\n`);
  if (options.json) process.stdout.write(`${JSON.stringify({ became: 'refused', ...refusal })}\n`);
  process.exitCode = 1;
}

function refusalText(refusal: ProposalRefusal): string {
  if (refusal.kind === 'approval') return approvalWords(refusal.refusal);
  return recordWords[refusal.kind];
}

const recordWords: Readonly<Record<Exclude<ProposalRefusal['kind'], 'approval'>, string>> = {
  'does-not-fit': 'what is in force is not what this change says it replaces, or it is in force already',
  'another-is-planned': 'another change waits for its start: roll it back first (`policy rollback --planned`)',
  'approval-used': 'one of the approvals was used before: sign again',
  'previous-moved': 'another set came into force meanwhile: sign again',
};
