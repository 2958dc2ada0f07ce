import { attestFact } from '../../src/core/fact/attest-fact.ts';
import { confirmFact } from '../../src/core/fact/confirm-fact.ts';
import { disputeFact } from '../../src/core/fact/dispute-fact.ts';
import { endFact } from '../../src/core/fact/end-fact.ts';
import type { Said } from './agreements.ts';
import type { Party } from './life-model.ts';
import type { Operation } from './operation.ts';
import { asKnownBy, instantOf, latest, type Planned, type Scene } from './scene.ts';

const day = 86_400_000;

const facts: Readonly<
  Record<Said, { by: Party; type: string; unit: Party | null; attributes: Record<string, string> }>
> = {
  detention: { by: 'pi', type: 'detention', unit: null, attributes: {} },
  phase: { by: 'pi', type: 'phase', unit: null, attributes: { phase: 'detention' } },
  prison: { by: 'pi', type: 'involvement', unit: 'pi', attributes: { role: 'detaining-prison' } },
  municipality: { by: 'pi', type: 'involvement', unit: 'gemeente', attributes: { role: 'residence-municipality' } },
  applicant: { by: 'gemeente', type: 'involvement', unit: 'corporatie', attributes: { role: 'housing-applicant' } },
  treated: { by: 'pi', type: 'involvement', unit: 'medisch', attributes: { role: 'treating-care-provider' } },
  treatedOutside: { by: 'pi', type: 'involvement', unit: 'ziekenhuis', attributes: { role: 'treating-care-provider' } },
  joining: { by: 'medisch', type: 'involvement', unit: 'ziekenhuis', attributes: { role: 'joining-care-provider' } },
  supervisor: { by: 'pi', type: 'involvement', unit: 'reclassering', attributes: { role: 'supervising-probation' } },
  supervision: { by: 'pi', type: 'supervision', unit: null, attributes: {} },
  risk: { by: 'pi', type: 'risk-established', unit: null, attributes: { risk: 'serious-violence' } },
  restriction: { by: 'pi', type: 'restriction', unit: null, attributes: {} },
};

type OnFacts = Operation & { op: 'attest' | 'end fact' | 'dispute fact' | 'confirm fact' };

/** What is said about the person, ended, disputed and confirmed. */
export function planOnFacts(scene: Scene, operation: OnFacts): Planned | null {
  return operation.op === 'attest' ? attesting(scene, operation) : onFact(scene, operation);
}

function attesting({ now, call: calling }: Scene, operation: OnFacts & { op: 'attest' }): Planned {
  const { by, ...fact } = facts[operation.said];
  const until = operation.days === null ? null : now + operation.days * day;
  // Long before, so that a clock that goes back does not make it begin anew.
  const from = now - 30 * day;
  const period = { from: instantOf(from), until: until === null ? null : instantOf(until) };
  const body = { reference: null, caseReference: null, ...fact, ...period };
  const call = calling(by);
  return {
    intent: { intent: 'attest', said: operation.said, from, until: until ?? Number.POSITIVE_INFINITY },
    run: async (ports) => attestFact(ports, call, { ...body, subject: await asKnownBy(ports, by) }),
  };
}

type OnFact = Operation & { op: 'end fact' | 'dispute fact' | 'confirm fact' };

function onFact(scene: Scene, operation: OnFact): Planned | null {
  const { op } = operation;
  const fact = latest(scene.model.facts, operation.which);
  if (fact === null) return null;
  const call = scene.call(facts[fact.said].by);
  const { id } = fact;
  const until = scene.now + 1 + (operation.op === 'end fact' ? operation.days * day : 0);
  if (op === 'end fact') {
    return { intent: { intent: 'end', fact: id, until }, run: (ports) => endFact(ports, call, id, instantOf(until)) };
  }
  if (op === 'dispute fact') {
    const hears = fact.said === 'supervision' || fact.said === 'risk' ? 'reclassering' : 'gemeente';
    const about = scene.call(facts[fact.said].unit ?? hears);
    return {
      intent: { intent: 'dispute', fact: id, until },
      run: (ports) => disputeFact(ports, about, id, 'dat klopt niet'),
    };
  }
  return { intent: { intent: 'confirm', fact: id, until }, run: (ports) => confirmFact(ports, call, id) };
}
