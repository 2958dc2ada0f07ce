import type { Citation } from '../category/catalogue.ts';
import type { PolicySet } from './policy-set.ts';

/** A point that the legal catalogue marks (U) unverified or (D) design default: for a jurist to settle. */
export interface OpenPoint {
  readonly status: 'unverified' | 'design-default';
  /** Purpose, prohibition or field that rests on it. */
  readonly where: string;
  readonly what: string;
}

/** Every open point of a set, each once, in the order of the files. */
export function openPoints(set: PolicySet): OpenPoint[] {
  const points: OpenPoint[] = [];
  const add = (point: OpenPoint): void => {
    const same = ({ status, where, what }: OpenPoint): boolean =>
      status === point.status && where === point.where && what === point.what;
    if (!points.some(same)) points.push(point);
  };
  const addLaw = (where: string, law: readonly Citation[]): void => {
    for (const { act, article, status } of law) if (status) add({ status, where, what: `${act} ${article}` });
  };
  for (const { id, status, label } of set.catalogue.fields.values()) {
    if (status !== null) add({ status, where: id, what: label.nl });
  }
  for (const purpose of set.catalogue.purposes.values()) addLaw(purpose.id, purpose.law);
  const emergency = set.breakGlass === null ? [] : [set.breakGlass.policy];
  for (const policy of [...set.policies.values(), ...emergency]) {
    addLaw(policy.purpose, policy.law);
    for (const { status, what } of policy.open) add({ status, where: policy.purpose, what });
    for (const { rule, recipient, obligations, open } of policy.grants) {
      for (const { status, what } of open) add({ status, where: policy.purpose, what: `${rule}: ${what}` });
      const { until, plus, status } = obligations.retain;
      const what = `${rule}: ${recipient} keeps until ${until}${plus === null ? '' : ` + ${plus}`}`;
      if (status !== 'law') add({ status, where: policy.purpose, what });
    }
  }
  for (const prohibition of set.prohibitions) addLaw(prohibition.id, prohibition.law);
  for (const field of set.catalogue.fields.values())
    if (field.status !== null) add({ status: field.status, where: field.id, what: field.classes.join(', ') });
  return points;
}
