import { type AccessLog, faultLine } from '../api/access-log.ts';
import type { Metrics } from '../api/metrics.ts';
import { isNearNow } from '../api/near-now.ts';
import type { ActingUsers } from '../api/on-behalf-of.ts';
import type { LedgerReader, PartnerDeps, PublicDeps } from '../api/ports.ts';
import { steadyAnswers } from '../api/steady.ts';
import { exchangeMarks } from '../api/trace-context.ts';
import type { Config } from '../config.ts';
import type { Alerts } from '../core/alert/alert.ts';
import type { UnitId } from '../core/brand.ts';
import { summaryAboutNobody } from '../core/disclosure/about-nobody.ts';
import { dryRun } from '../core/disclosure/dry-run.ts';
import { escalatedTo } from '../core/disclosure/waiting.ts';
import type { WitnessPolicy } from '../core/ledger/witnessed.ts';
import type { Limiter } from '../core/limit/limiter.ts';
import type { Limits } from '../core/limit/limits.ts';
import type { Oin } from '../core/partner/partner.ts';
import { remindersAt } from '../core/policy/reminder.ts';
import { givenOf } from '../core/rights/make-rights-request.ts';
import { ownRights } from '../core/rights/own-rights.ts';
import { readSubjectChange } from '../core/subject/read-subject-change.ts';
import { entropy } from '../crypto/entropy.ts';
import { checkpointKeys } from '../crypto/keys.ts';
import type { PagesDeps } from '../pages/ports.ts';
import type { UnlimitedStaff } from '../pages/staff/staff-operations.ts';
import type { CircuitState } from '../source/circuit.ts';
import type { OfficerAlerts } from '../store/alerts.ts';
import { eventFeed } from '../store/events.ts';
import { keyRing, noteVerifiers } from '../store/journal/key-ring.ts';
import { latestCheckpoint, proofOf, witnessedProofOf } from '../store/journal/proof.ts';
import { publishedTree } from '../store/journal/published-tree.ts';
import { jwksFor, publicKeys, publishedSet } from '../store/keys.ts';
import { findNotice } from '../store/notices.ts';
import { overdueCorrectionsOf, StoredCorrections } from '../store/pages/corrections.ts';
import { overdueOfRecipient, StoredDuties } from '../store/pages/duties.ts';
import { StoredEntries } from '../store/pages/entries.ts';
import { StoredInforming } from '../store/pages/informing.ts';
import { StoredLogins } from '../store/pages/logins.ts';
import { StoredSharings } from '../store/pages/sharings.ts';
import { StoredSubjectConsents } from '../store/pages/subject-consents.ts';
import { StoredRights } from '../store/rights-requests.ts';
import { seenCertificates } from '../store/seen-certificates.ts';
import { toldChange } from '../store/subject-changes.ts';
import { type AuditPorts, auditBundles } from './audit-bundles.ts';
import { ownCertificates } from './certificate-ends.ts';
import { countedEmergencies, officerEmergencies } from './emergencies.ts';
import { limitedStaff } from './limited-staff.ts';
import { type OperationPorts, partnerOperations, subjectOperations, subscriptionOperations } from './operations.ts';
import { policyAcceptances } from './policy-acceptances.ts';
import { servedReceiptPage } from './receipt-page.ts';
import { storedReceipts } from './receipts.ts';
import type { GatewayRecord } from './record.ts';
import { sourceStandings } from './source-standings.ts';
import { staffOperations } from './staff.ts';

/** What both listeners share. */
export interface AppWorld {
  readonly config: Config;
  readonly record: GatewayRecord;
  readonly ports: OperationPorts;
  readonly log: AccessLog;
  readonly metrics: Metrics;
  readonly alerts: Alerts & OfficerAlerts;
  readonly limiter: Limiter;
  readonly limits: Limits;
  readonly users: ActingUsers;
  /** How each source that was asked answers now. */
  readonly circuits: () => ReadonlyMap<UnitId, CircuitState>;
}

export function partnerDeps(
  { config, record, ports, log, metrics, limiter, limits, users }: AppWorld,
  identify: PartnerDeps['identify'],
  partnerPort: () => number,
): PartnerDeps {
  return {
    entropy,
    log,
    metrics,
    ledger: ledgerReader(record),
    tree: publishedTree(record.serve),
    identify,
    users,
    limiter,
    steady: steadyAnswers({ floorMs: config.steadyAnswerMs, onLate: metrics.answerLate }),
    operations: partnerOperations(ports, record.keys.marks.call),
    requests: ports.requests,
    emergencies: countedEmergencies(ports, record.keys.marks.call, metrics),
    receipts: storedReceipts(record, ports.journal),
    bundles: auditBundles({ ...auditing(record, ports), entropy }),
    asUnknownPerson: (request) => summaryAboutNobody(ports.policies, ports.registry.current(), request),
    escalatedTo: (unit, request) => escalatedTo(ports, unit, request, ports.clock.now()),
    approvalReminders: () => remindersAt(ports.policies.current().reminders, 'approval'),
    events: { feed: (unit, after, limit) => eventFeed(record.serve, unit, after, limit) },
    notices: {
      find: (unit, id) => findNotice(record.serve, unit, id),
      pseudonym: (unit, notice) => ports.subjects.pseudonym(unit, notice.subject),
    },
    subjectChanges: {
      find: (unit, id) =>
        readSubjectChange({ told: (...told) => toldChange(record.serve, ...told), subjects: ports.subjects }, unit, id),
    },
    policySets: policyAcceptances(ports, record),
    subscriptions: subscriptionOperations(ports, record.keys.marks.call),
    access: {
      dryRun: (call, question) => dryRun(ports, call, question),
      isNow: (time) => isNearNow(time, ports.clock.now()),
    },
    policies: ports.policies,
    units: () => ports.registry.current().units.values(),
    overdueCorrections: (unit) => overdueCorrectionsOf(record.serve, unit, ports.clock.now()),
    overdueDestructions: (unit) => overdueOfRecipient(record.serve, unit, ports.clock.now()),
    limitsOf: (unit) => ({ unit: limits.of('unit', unit), user: limits.of('user', unit) }),
    now: ports.clock.now,
    partnerOrigin: () => originOf(config.partnerListener.host, partnerPort()),
    gatewayOin: config.oin as Oin,
  };
}

export function publicDeps({ config, record, log, metrics }: AppWorld, partnerPort: number): PublicDeps {
  const host = (name: string, port: number) => `${name}:${port}`;
  return {
    entropy,
    log,
    metrics,
    ledger: ledgerReader(record),
    tree: publishedTree(record.serve),
    partnerOrigin: () => originOf(config.partnerListener.host, partnerPort),
    site: {
      contact: config.contact,
      partnerHost: host(config.partnerListener.host, partnerPort),
      publicHost: host(config.publicListener.host, config.publicListener.port),
    },
    jwks: async () => publishedSet(await publicKeys(record.serve)),
    healthy: () =>
      record.serve.query('SELECT 1').then(
        () => true,
        () => false,
      ),
  };
}

export function pagesDeps(
  { config, record, ports, log, alerts, limiter, circuits }: AppWorld,
  witnesses: WitnessPolicy | null,
): PagesDeps {
  return {
    clock: ports.clock,
    entropy,
    journal: ports.journal,
    registry: ports.registry,
    policies: ports.policies,
    operations: subjectOperations(ports),
    staff: limitedStaff(staffOf(config, record, ports), limiter),
    logins: new StoredLogins(record.serve),
    alerts,
    users: ports.users,
    entries: new StoredEntries(record.serve),
    duties: new StoredDuties(record.serve),
    corrections: new StoredCorrections(record.serve),
    emergencies: officerEmergencies(record.serve, ports),
    informing: new StoredInforming(record.serve),
    rights: {
      of: (subject) => ownRights(ports, subject),
      given: (subject, id) => givenOf(ports, subject, id),
    },
    rightsLists: new StoredRights(record.serve),
    certificates: {
      seen: async (unit) => (await seenCertificates(record.serve, unit)).map((seen) => ({ ...seen, use: 'client' })),
      own: () => ownCertificates(config).map((own) => ({ ...own, unit: null, lastSeen: null })),
    },
    sources: () => sourceStandings(record.serve, circuits()),
    sharings: new StoredSharings(record.serve),
    consents: new StoredSubjectConsents(record.serve),
    proofs: {
      inclusion: (entry) => proofOf(record.serve, entry),
      witnessed: (entry) => witnessedProofOf(record.serve, entry),
      keys: async () => keyRing(jwksFor('ledger', await publicKeys(record.serve))),
      log: { origin: record.origin, verifiers: () => noteVerifiers(record.origin, checkpointKeys(record.keys)) },
    },
    receiptPage: servedReceiptPage({ record, ports }, witnesses),
    onFault: (error, trace) => {
      const marks = exchangeMarks(trace, entropy.trace());
      log.fault(faultLine(error instanceof Error ? error : new Error('unknown'), marks));
    },
  };
}

function originOf(host: string, port: number): string {
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function auditing(record: GatewayRecord, ports: OperationPorts): Omit<AuditPorts, 'entropy'> {
  return {
    tree: publishedTree(record.serve),
    audits: (kind) => ports.policies.current().catalogue.partnerKinds.get(kind)?.audits === true,
    basis: async () => {
      const { registryVersion, active } = await record.policyRecords.read();
      return { registryVersion, policySet: active };
    },
    journal: ports.journal,
    clock: ports.clock,
  };
}

function ledgerReader(record: GatewayRecord): LedgerReader {
  return {
    checkpoint: async () => (await latestCheckpoint(record.serve))?.note ?? null,
    proof: (entry) => proofOf(record.serve, entry),
  };
}

function staffOf(config: Config, record: GatewayRecord, ports: OperationPorts): UnlimitedStaff {
  return staffOperations({
    ports,
    pool: record.serve,
    cipher: record.keys.users,
    signer: record.keys.answers,
    mark: record.keys.marks.call,
    gatewayOin: config.oin as Oin,
  });
}
