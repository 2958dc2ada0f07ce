import type { Alerts } from '../alert/alert.ts';
import type { FieldId, RequestId } from '../brand.ts';
import { alertParties } from '../emergency/alert-parties.ts';
import type { AskPorts } from './ask.ts';
import { userOnRecord } from './entries.ts';
import type { ExcessOutcome, ExcessReport, InvalidAnswer } from './inbox-operations.ts';
import type { Call } from './operations.ts';
import { recordAsRecipient } from './record-as-recipient.ts';

export interface ExcessPorts extends AskPorts {
  readonly alerts: Pick<Alerts, 'raise'>;
}

/**
 * The recipient got more than was permitted, which nobody else can see where the source sealed it: on record, told to the
 * source, and a breach to look at for the officers of both and of the gateway, once for a request. Whose clock runs is
 * theirs to judge: from now on it is known. What was permitted is no breach: beside what was not it is left out, for the rest is
 * not to wait for a report that is right in all, and a report of nothing else is refused. @law AVG 33
 */
export async function reportExcess(
  ports: ExcessPorts,
  call: Call,
  id: RequestId,
  report: ExcessReport,
): Promise<ExcessOutcome> {
  const outcome = await recordAsRecipient<InvalidAnswer>(ports, call, id, {
    resource: 'excess-report',
    state({ held, decision }) {
      if (held === null) return 'wrong-state';
      const permitted = new Set<string>(decision.permitted);
      const beside = report.fields.filter((field) => !permitted.has(field));
      if (beside.length === 0) return nothingBeside;
      const body = { request: id, fields: [...named(ports, beside)] };
      const entry = { kind: 'excess-reported', body, personal: { reporter: userOnRecord(report.by) } } as const;
      return { entry, move: null, told: 'excess-reported' };
    },
  });
  // Also when it was on record before: the alert may be what did not come about then.
  if (outcome.kind === 'recorded' || outcome.kind === 'replayed') {
    await alertParties(ports, outcome.request, 'excess-reported');
  }
  return outcome;
}

const nothingBeside: InvalidAnswer = {
  kind: 'invalid',
  member: 'fields',
  code: 'permitted',
  problem: {
    nl: 'noemt alleen wat bij deze aanvraag mocht: dan is er niets te veel',
    en: 'names only what was permitted for this request: then there is nothing too much',
  },
};

/** Words of the catalogue alone: a name that its source made up may say something of the person. */
function named({ policies }: ExcessPorts, fields: readonly string[]): ReadonlySet<string> {
  const { catalogue } = policies.current();
  return new Set(fields.map((field) => (catalogue.fields.has(field as FieldId) ? field : 'unnamed')));
}
