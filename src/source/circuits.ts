import type { UnitId } from '../core/brand.ts';
import { Fault } from '../core/fault.ts';
import type { HttpConnector } from '../core/partner/connector.ts';
import type { Unit } from '../core/partner/partner.ts';
import { type Circuit, type CircuitRules, type CircuitState, circuit } from './circuit.ts';

/** For a connector that says nothing of it: longer than a hiccup, shorter than anybody would wait. */
const usual: CircuitRules = { after: 10, forMs: 10_000 };

export interface Circuits {
  /**
   * Asks, if the unit's source answered of late. Throws `source-unavailable` without asking where it did not, and
   * whatever asking throws: only no answer counts against the source, not an answer that is no good.
   */
  through<T>(unit: Unit, connector: HttpConnector, ask: () => Promise<T>): Promise<T>;
}

export interface CircuitWatch {
  readonly nowMs: () => number;
  readonly onState: (unit: UnitId, state: CircuitState) => void;
}

/** One circuit for each unit; at another address it is another source, of which nothing is known yet. */
export function circuitsFor({ nowMs, onState }: CircuitWatch): Circuits {
  const kept = new Map<UnitId, { readonly place: string; readonly circuit: Circuit }>();
  const circuitOf = (id: UnitId, { url, breaker }: HttpConnector): Circuit => {
    const rules = breaker ?? usual;
    const place = `${url} ${rules.after} ${rules.forMs}`;
    const known = kept.get(id);
    if (known?.place === place) return known.circuit;
    const made = circuit(rules, nowMs, (state) => onState(id, state));
    kept.set(id, { place, circuit: made });
    onState(id, 'closed');
    return made;
  };
  return {
    async through(unit, connector, ask) {
      const own = circuitOf(unit.id, connector);
      if (!own.admit()) {
        throw new Fault('source-unavailable', 'the source did not answer of late and is asked nothing for a while');
      }
      try {
        const answer = await ask();
        own.answered();
        return answer;
      } catch (error) {
        if (isAnswer(error)) own.answered();
        else own.unanswered();
        throw error;
      }
    },
  };
}

function isAnswer(error: unknown): boolean {
  return error instanceof Fault && ['source-invalid', 'source-too-large', 'source-wrong-subject'].includes(error.code);
}
