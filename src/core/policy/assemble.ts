import type { Digest, PurposeId } from '../brand.ts';
import { buildCatalogue, type CatalogueContent } from '../category/build-catalogue.ts';
import type { Catalogue } from '../category/catalogue.ts';
import { type RetentionFile, retentionFile } from '../category/catalogue-files.ts';
import { type FileProblem, Problems } from '../category/file-problem.ts';
import { retentionStartsOf } from '../category/retention-start.ts';
import { readEntryRetention } from '../erasure/read-entry-retention.ts';
import { restrictionType } from '../fact/restriction.ts';
import { informingRulesOf } from '../informing/informing-rules.ts';
import { timerRulesOf } from '../timer/timer-rule.ts';
import { compileBreakGlass } from './break-glass.ts';
import { compilePolicy } from './compile-policy.ts';
import { compileProhibitions } from './compile-prohibitions.ts';
import { involvementRole, involvementType } from './condition.ts';
import { deadlinesOf } from './deadlines.ts';
import type { Policy } from './policy.ts';
import type { PolicySet } from './policy-set.ts';
import { type ProhibitionsFile, prohibitionsFile } from './prohibition-file.ts';
import { remindersOf } from './reminder.ts';

export interface Content {
  readonly file: string;
  readonly content: unknown;
}

/** Every policy file, parsed from YAML and not yet trusted. */
export interface PolicySetContent {
  readonly digest: Digest;
  readonly catalogue: CatalogueContent;
  readonly prohibitions: Content;
  readonly retention: Content;
  /** Left out: nobody is reminded of anything. */
  readonly timers?: Content;
  /** Left out: whoever decides is told nothing besides. */
  readonly reminders?: Content;
  /** Left out: requests wait for people shortly. */
  readonly deadlines?: Content;
  /** Left out: nobody is told later than a rule says. */
  readonly informing?: Content;
  /** Left out: there is no access in an emergency. */
  readonly breakGlass?: Content;
  readonly policies: readonly Content[];
}

export type AssembledSet =
  | { readonly ok: true; readonly set: PolicySet }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/** All or nothing: one problem anywhere and there is no set; whoever holds a good one keeps it. */
export function assemblePolicySet(content: PolicySetContent): AssembledSet {
  const built = buildCatalogue(content.catalogue);
  if (!built.ok) return built;
  const { catalogue } = built;
  const factNotes = new Problems(content.catalogue.facts.file);
  checkEngineFacts(catalogue, factNotes);

  const prohibitionNotes = new Problems(content.prohibitions.file);
  const form = prohibitionNotes.parse<ProhibitionsFile>(prohibitionsFile, content.prohibitions.content);
  const prohibitions = compileProhibitions(form ?? [], catalogue, prohibitionNotes);

  const retentionNotes = new Problems(content.retention.file);
  const retention = retentionNotes.parse<RetentionFile>(retentionFile, content.retention.content);
  const retentionPeriods = new Map<string, string>(
    Object.entries(retention?.tables ?? {}).flatMap(([table, { period }]) =>
      period === 'while-in-use' ? [] : [[table, period]],
    ),
  );
  const entryRetention = readEntryRetention(retention?.entries, retentionNotes);
  const retentionStarts = retentionStartsOf(retention?.starts ?? {}, catalogue, retentionNotes);

  const timerNotes = new Problems(content.timers?.file ?? '');
  const timers = timerRulesOf(content.timers?.content ?? {}, catalogue, timerNotes);

  const reminderNotes = new Problems(content.reminders?.file ?? '');
  const reminders = remindersOf(content.reminders?.content ?? [], reminderNotes);

  const deadlineNotes = new Problems(content.deadlines?.file ?? '');
  const deadlines = deadlinesOf(content.deadlines?.content ?? {}, catalogue, deadlineNotes);

  const informingNotes = new Problems(content.informing?.file ?? '');
  const informing = informingRulesOf(content.informing?.content, informingNotes);

  const catalogueNotes = [factNotes, prohibitionNotes, retentionNotes];
  const found = [...catalogueNotes, timerNotes, reminderNotes, deadlineNotes, informingNotes].flatMap(
    (notes) => notes.found,
  );
  if (found.length > 0) return { ok: false, problems: found };

  const policies = new Map<PurposeId, Policy>();
  const problems = content.policies.flatMap(({ file, content: policyContent }) => {
    const notes = new Problems(file);
    const policy = compilePolicy(policyContent, { catalogue, prohibitions, retentionStarts }, notes);
    if (policy !== null && policies.has(policy.purpose))
      notes.add(['purpose'], 'another file has this purpose already');
    if (policy !== null) policies.set(policy.purpose, policy);
    return notes.found;
  });
  if (problems.length > 0) return { ok: false, problems };
  const rest = {
    digest: content.digest,
    catalogue,
    policies,
    prohibitions,
    retentionStarts,
    destructionReminders: retention?.destruction?.remind ?? [],
    timers,
    reminders,
    deadlines,
    informing,
    retentionPeriods,
    entryRetention,
  };
  return withBreakGlass(rest, content.breakGlass);
}

/** INVARIANT: what is for emergencies stands apart from the policies, so that no other question meets it. */
function withBreakGlass(rest: Omit<PolicySet, 'breakGlass'>, content: Content | undefined): AssembledSet {
  if (content === undefined) return { ok: true, set: { ...rest, breakGlass: null } };
  const notes = new Problems(content.file);
  const compiled = compileBreakGlass(content.content, rest, notes);
  if (compiled !== null && rest.policies.has(compiled.policy.purpose))
    notes.add(['purpose'], 'has a policy, by which it could be asked in another way');
  if (compiled === null || notes.found.length > 0) return { ok: false, problems: notes.found };
  const policies = new Map([[compiled.policy.purpose, compiled.policy]]);
  return { ok: true, set: { ...rest, breakGlass: { ...compiled, rules: { ...rest, policies, breakGlass: null } } } };
}

/** The two fact types that the engine itself reads: without them nobody would be involved, or nothing frozen. */
function checkEngineFacts(catalogue: Catalogue, notes: Problems): void {
  const involvement = catalogue.factTypes.get(involvementType);
  if (involvement?.unit !== 'required' || !involvement.attributes.has(involvementRole)) {
    notes.add([], `must have the type "${involvementType}", about a unit, with the attribute "${involvementRole}"`);
  }
  if (!catalogue.factTypes.has(restrictionType)) notes.add([], `must have the type "${restrictionType}"`);
}
