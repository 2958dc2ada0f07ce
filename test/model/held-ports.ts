import type { Committed, SourceQuestion, Work } from '../../src/core/disclosure/ports.ts';
import { Fault } from '../../src/core/fault.ts';
import type { LifeGateways, LifePorts } from './life-gateways.ts';
import type { Ending, Release, Task } from './task.ts';

/** Told what an operation does at its ports, at the moment at which it takes effect. */
export interface Watcher {
  /** From here on the operation knows better: what it decides, it decides by this moment. */
  hasRead(): void;
  asks(question: SourceQuestion): void;
  hasCommitted(work: Work): void;
  /** A commit that was let go on ended as `how` says; `kept`: and is on record. */
  hasEnded(how: Release, kept: boolean): void;
  /** What was answered about a work, and what is on record of it, are not the same. */
  isMistold(how: string): void;
}

interface Holding {
  readonly gateways: Pick<LifeGateways, 'enact' | 'onRecord'>;
  readonly task: Task;
  readonly watcher: Watcher;
}

/** The ports of one operation, each of which waits until its task is let go on. */
export function heldPorts(ports: LifePorts, { gateways, task, watcher }: Holding): LifePorts {
  const enacting = <T>(call: string, how: Release, made: () => Promise<T>): Promise<Ending<T>> =>
    gateways.enact({ gateway: task.gateway, call, how, made, fault: () => faultOf(call) });
  const holding =
    <Args extends unknown[], T>(call: string, made: (...args: Args) => Promise<T>) =>
    (...args: Args): Promise<T> =>
      task.hold(call, (how) => enacting(call, how, () => made(...args)));
  const reading =
    <Args extends unknown[], T>(made: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      const read = await made(...args);
      watcher.hasRead();
      return read;
    };
  const {
    requests,
    facts,
    consents,
    corrections,
    waiting,
    journal,
    sources,
    sealingSources,
    snapshots,
    emergencies,
    alerts,
  } = ports;
  const fetch = holding('sources.fetch', reading(sources.fetch));
  const fetchSealed = holding('sources.fetch', reading(sealingSources.fetchSealed));
  const commit = async (how: Release, work: Work): Promise<Ending<Committed>> => {
    const ending = await enacting('journal.commit', how, () => journal.commit(work));
    // Whatever was answered, and also where nobody was left to be answered: the record says what became of it.
    const kept = await gateways.onRecord(work);
    watcher.hasEnded(how, kept > 0);
    if (kept > 0) watcher.hasCommitted(work);
    const told = ending.type === 'answer' ? ending.answer.outcome : null;
    const all = work.entries.length;
    if (kept !== 0 && kept !== all) watcher.isMistold(`${kept} of ${all} entries of one work are on record`);
    if (told === 'durable' && kept === 0) watcher.isMistold('it was said to be durable and is not on record');
    if (told !== null && told !== 'durable' && kept > 0) watcher.isMistold(`${told}, and it is on record`);
    return ending;
  };
  return {
    ...ports,
    snapshots: { read: holding('snapshots.read', reading(snapshots.read)) },
    requests: {
      ...requests,
      find: holding('requests.find', requests.find),
      underWay: holding('requests.underWay', requests.underWay),
    },
    journal: { ...journal, commit: (work: Work) => task.hold('journal.commit', (how) => commit(how, work)) },
    sources: {
      fetch: (question) => {
        watcher.asks(question);
        return fetch(question);
      },
    },
    sealingSources: {
      fetchSealed: (question) => {
        watcher.asks(question);
        return fetchSealed(question);
      },
    },
    answers: {
      of: holding('answers.of', ports.answers.of),
      outline: holding('answers.outline', ports.answers.outline),
      takers: holding('answers.takers', ports.answers.takers),
    },
    messages: { of: holding('messages.of', ports.messages.of) },
    corrections: {
      ...corrections,
      given: holding('corrections.given', corrections.given),
      unheard: holding('corrections.unheard', corrections.unheard),
    },
    references: { of: holding('references.of', ports.references.of) },
    facts: { ...facts, find: holding('facts.find', facts.find), of: holding('facts.of', facts.of) },
    consents: {
      find: holding('consents.find', consents.find),
      ended: holding('consents.ended', consents.ended),
    },
    emergencies: {
      find: holding('emergencies.find', emergencies.find),
      unseconded: holding('emergencies.unseconded', emergencies.unseconded),
      untold: holding('emergencies.untold', emergencies.untold),
      officersTold: holding('emergencies.officersTold', emergencies.officersTold),
    },
    alerts: { raise: holding('alerts.raise', alerts.raise) },
    waiting: {
      // One at a time: an operation makes one call at a time.
      claim: holding('waiting.claim', (now) => waiting.claim(now, 1)),
      rest: holding('waiting.rest', waiting.rest),
      wakeUnbound: holding('waiting.wakeUnbound', waiting.wakeUnbound),
    },
  };
}

/** What a call throws that does not come through. */
function faultOf(call: string): Fault {
  if (call === 'journal.commit') return new Fault('ledger-unavailable', 'planted');
  if (call === 'sources.fetch') return new Fault('source-timeout', 'planted');
  return new Fault('database-unavailable', 'planted');
}
