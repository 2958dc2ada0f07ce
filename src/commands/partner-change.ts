import { writeFileSync } from 'node:fs';
import type { z } from 'zod';
import { readUnsignedPolicies } from '../config.ts';
import type { Instant } from '../core/brand.ts';
import { partnersFile } from '../core/partner/partners-file.ts';
import { applyChange } from '../core/partner-change/apply-change.ts';
import { carryOutPartnerChange } from '../core/partner-change/carry-out.ts';
import { fitsSize } from '../core/partner-change/change-statement.ts';
import { refusalOfComingKeys } from '../core/partner-change/check-keys.ts';
import { type PartnerChange, partnerChange, rotationFile } from '../core/partner-change/partner-change.ts';
import type { PartnerChangePorts, PlannedPartnerChange } from '../core/partner-change/ports.ts';
import { proposalFor } from '../core/partner-change/proposal.ts';
import { proposePartnerChange } from '../core/partner-change/propose-change.ts';
import { checkDetachedJws } from '../crypto/detached-jws.ts';
import { readForm } from '../policy-files/read-form.ts';
import { partnerChangeRecords } from '../store/partner-changes.ts';
import { readApprovals } from './approvals.ts';
import { commandKeyChecks } from './partner-keys.ts';
import { effectLines, refusalText, unitsNamed } from './partner-words.ts';
import { startOf } from './policy-sign.ts';
import { type WhoAndWhy, whoAndWhy } from './who-and-why.ts';
import { withLedger } from './with-ledger.ts';

export interface PartnerChangeOptions {
  readonly approval: readonly string[];
  readonly from?: string;
  readonly propose?: string;
  readonly json: boolean;
}

/** `sluis partner add FILE`: organisations and units, new or changed. Exit code 1: refused, and nothing changed. */
export async function partnerAdd(file: string, options: PartnerChangeOptions): Promise<void> {
  const read = readForm(partnersFile, file);
  if (!read.ok) return refuseFile(options, read.errors);
  await change({ action: 'add', organisations: read.value.organisations }, options);
}

/** `sluis partner rotate UNIT FILE`: certificates and keys that come and go. */
export async function partnerRotate(unit: string, file: string, options: PartnerChangeOptions): Promise<void> {
  const read = readForm(rotationFile, file);
  if (!read.ok) return refuseFile(options, read.errors);
  await change({ action: 'rotate', unit, ...read.value }, options);
}

/** `sluis partner resume UNIT`: opens what was closed, or what was registered without being let in. */
export async function partnerResume(unit: string, options: PartnerChangeOptions): Promise<void> {
  await change({ action: 'resume', unit }, options);
}

/** `sluis partner suspend UNIT`: closes at once. Who and why by --by and --ground, or on standard input. */
export async function partnerSuspend(
  unit: string,
  { json, ...said }: WhoAndWhy & { readonly json: boolean },
): Promise<void> {
  await change({ action: 'suspend', unit, ...whoAndWhy(said) }, { approval: [], json });
}

async function change(given: z.input<typeof partnerChange>, options: PartnerChangeOptions): Promise<void> {
  const parsed = partnerChange.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return refuse(options, lines, { kind: 'malformed' });
  }
  const { approvals, unread } = readApprovals(options.approval);
  if (unread.length > 0) {
    const lines = unread.map((file) => `${file}: is not an approval as \`sluis partner sign\` writes it`);
    return refuse(options, lines, { kind: 'malformed-approval', files: unread });
  }
  const from = startOf(options.from);
  const signatures = readUnsignedPolicies(process.env) ? null : checkDetachedJws;
  await withLedger(async ({ pool, ...session }) => {
    const records = partnerChangeRecords(pool, session.keys.identifiers);
    const ports = { ...session, records, keyChecks: commandKeyChecks(pool) };
    if (options.propose !== undefined) return propose(ports, parsed.data, from, { ...options, file: options.propose });
    const proposed = await proposePartnerChange(ports, { change: parsed.data, from }, approvals, signatures);
    if (!proposed.ok)
      return refuse(options, [refusalText(proposed.refusal), ...hint(proposed.refusal.kind)], proposed.refusal);
    const planned = proposed.value;
    const became = planned.startsAt > session.clock.now() ? 'planned' : await carryOutNow(ports, planned);
    if (became === 'lapsed') {
      const why =
        'what is on record changed meanwhile, or the key of an approver or a certificate was revoked: look at `partner show` and sign again';
      return refuse(options, [why], { kind: became });
    }
    tell(options, planned, became);
  });
}

/** Writes what approvers read and sign; nothing changes. */
async function propose(
  { records, keyChecks, clock }: PartnerChangePorts,
  given: PartnerChange,
  from: Instant | null,
  options: PartnerChangeOptions & { readonly file: string },
): Promise<void> {
  const onRecord = await records.read();
  const effect = applyChange(onRecord.units, given);
  if (!effect.ok) {
    const refusal = { kind: 'change', refusal: effect.refusal } as const;
    return refuse(options, [refusalText(refusal)], refusal);
  }
  const keyRefused = await refusalOfComingKeys(keyChecks, onRecord.units, effect.value, clock.now());
  if (keyRefused !== null) {
    const refusal = { kind: 'key', refusal: keyRefused } as const;
    return refuse(options, [refusalText(refusal)], refusal);
  }
  if (!fitsSize(given)) return refuse(options, [refusalText({ kind: 'too-large' })], { kind: 'too-large' });
  const text = `${JSON.stringify(proposalFor(given, from, effect.value, onRecord), null, 2)}\n`;
  // Never over another file: somebody may be reading that one to sign it.
  writeFileSync(options.file, text, { flag: 'wx' });
  const lines = effectLines(effect.value);
  const said = options.json
    ? JSON.stringify({ became: 'proposed', file: options.file, effect: lines })
    : lines.join('\n');
  process.stdout.write(`${said}\n`);
}

/** Here and now, or by a gateway that was quicker: what counts is what is on record afterwards. */
async function carryOutNow(ports: PartnerChangePorts, planned: PlannedPartnerChange): Promise<'done' | 'lapsed'> {
  for (;;) {
    await carryOutPartnerChange(ports, planned);
    const fate = await ports.records.fate(planned.id);
    if (fate !== 'planned') return fate;
    // Busy: something else is moving the registry.
    await ports.clock.pause(50);
  }
}

function tell(options: PartnerChangeOptions, planned: PlannedPartnerChange, became: 'done' | 'planned'): void {
  const { id, change: given, statement, startsAt } = planned;
  if (options.json) {
    const units = unitsNamed(given);
    process.stdout.write(`${JSON.stringify({ ...statement, became, id, action: given.action, units, startsAt })}\n`);
    return;
  }
  const what = given.action === 'add' ? `${given.organisations.length} organisation(s)` : given.unit;
  const when = became === 'done' ? 'done' : `planned, from ${startsAt}`;
  process.stdout.write(`partner ${given.action} ${what}: ${when}\n`);
}

function hint(kind: string): readonly string[] {
  return kind === 'approval' ? ['`--propose FILE` writes what approvers read, and sign with `partner sign FILE`'] : [];
}

function refuseFile(
  options: PartnerChangeOptions,
  errors: readonly {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly message: string;
  }[],
): void {
  const lines = errors.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
  refuse(options, lines, { kind: 'malformed-file', errors });
}

function refuse(options: Pick<PartnerChangeOptions, 'json'>, lines: readonly string[], refusal: object): void {
  for (const line of lines) process.stderr.write(`sluis: ${line}\n`);
  if (options.json) process.stdout.write(`${JSON.stringify({ became: 'refused', ...refusal })}\n`);
  process.exitCode = 1;
}
