import type { RequestId } from '../../src/core/brand.ts';
import type { CollectOutcome } from '../../src/core/disclosure/operations.ts';
import { Fault } from '../../src/core/fault.ts';
import type { Said } from './agreements.ts';
import { keepBooks } from './bookkeeping.ts';
import { heldPorts, type Watcher } from './held-ports.ts';
import type { LifeGateways } from './life-gateways.ts';
import { LifeModel, type Party } from './life-model.ts';
import { plan } from './life-operations.ts';
import { rulesOf } from './life-partners.ts';
import { whyNotTaken } from './offer-books.ts';
import type { Operation } from './operation.ts';
import type { Intent, Planned, Question } from './scene.ts';
import type { About, Step } from './steps.ts';
import { type Release, Task } from './task.ts';

const toTheEnd = Number.POSITIVE_INFINITY;

/** Somebody in prison who is treated there, and who said yes to the housing association. */
const inPrison = {
  said: ['detention', 'phase', 'prison', 'municipality', 'applicant', 'treated'],
  yes: 'housing',
} as const;
/** What is on record when a life begins, and to what the person said yes. */
const beginnings: Readonly<Record<About, { said: readonly Said[]; yes: 'housing' | 'notes' | null }>> = {
  requests: inPrison,
  emergencies: inPrison,
  offers: { said: ['prison', 'supervisor', 'supervision', 'risk'], yes: null },
  secrets: { said: ['treated', 'treatedOutside'], yes: 'notes' },
};

interface Running {
  readonly task: Task;
  readonly operation: Operation;
  readonly intent: Intent;
  readonly watcher: LifeWatcher;
}

interface LifeWatcher extends Watcher {
  /** Why nothing on record about the person let it be given when the operation read last; null: something did. */
  whyNoGround(id: RequestId): string | null;
}

/** The life of some requests on two gateways, step by step, beside a model that says what is wrong with it. */
export class Life {
  readonly model = new LifeModel(rulesOf.shipped);
  readonly gateways: LifeGateways;
  /** What went wrong so far. */
  readonly wrong: string[] = [];
  /** What happened, in words: a test that has seen nothing has shown nothing. */
  readonly seen: string[] = [];
  private running: readonly Running[] = [];
  private readonly questions: Question[] = [];
  private begun = 0;
  private called = 0;

  private constructor(gateways: LifeGateways) {
    this.gateways = gateways;
  }

  static async open(gateways: LifeGateways, about: About): Promise<Life> {
    const life = new Life(gateways);
    const { said, yes } = beginnings[about];
    for (const each of said) await life.begin(0, { op: 'attest', said: each, days: null });
    if (yes === null) return life;
    await life.begin(0, { op: 'ask consent', to: yes, days: 20 });
    await life.begin(0, { op: 'decide', which: 0, yes: true });
    return life;
  }

  async take(step: Step): Promise<void> {
    switch (step.step) {
      case 'begin':
        return void (await this.begin(step.gateway, step.operation, step.calls));
      case 'begin and commit':
        await this.begin(step.gateway, step.operation, 0);
        return this.goOnToCommit(this.running.at(-1)?.task, step.how);
      case 'go on': {
        const running = this.running[step.which % Math.max(this.running.length, 1)];
        return running && this.goOn(running.task, step.calls, step.how);
      }
      case 'kill':
        await this.kill(step.gateway);
        return this.sweep();
      case 'disconnect':
        return this.gateways.disconnect(step.gateway);
      case 'poll':
        return this.gateways.poll(step.gateway);
      case 'suspend':
        this.model.suspended.add(step.party);
        return this.gateways.setState(step.party, 'suspended');
      case 'resume':
        this.model.suspended.delete(step.party);
        return this.gateways.setState(step.party, 'active');
      case 'accept':
        this.model.binding.set(step.party, step.set && rulesOf[step.set]);
        return this.gateways.accept(step.party, step.set);
      case 'activate':
        this.model.inForce = rulesOf[step.set];
        return this.gateways.activate(step.set);
      case 'time goes by':
        return this.gateways.clock.goesBy(step.ms);
      case 'clock jumps':
        this.model.clocksAgree = false;
        return this.gateways.clock.jumps(step.gateway, step.ms);
    }
  }

  /** With all that it was doing. */
  private async kill(gateway: number): Promise<void> {
    for (const { task } of this.running) if (task.gateway === gateway) task.die();
    await this.gateways.kill(gateway);
  }

  /** Begins an operation and lets so many calls go; answers with what it answered, where it came to its end. */
  async begin(gateway: number, operation: Operation, calls = toTheEnd): Promise<unknown> {
    const { model, questions, gateways } = this;
    const call = (unit: Party, key?: string) => {
      this.called += 1;
      return gateways.call(gateway, unit, key ?? `call ${this.called}`);
    };
    const planned = plan({ model, questions, now: gateways.clock.now(gateway), call }, operation);
    return planned === null ? undefined : this.carryOut(gateway, operation, planned, calls);
  }

  private async carryOut(gateway: number, operation: Operation, planned: Planned, calls: number): Promise<unknown> {
    const { gateways } = this;
    this.begun += 1;
    const task = new Task(gateway, this.begun);
    const { intent } = planned;
    const watcher = this.watch(task, intent);
    const ports = heldPorts(gateways.ports(gateway), { gateways, task, watcher });
    this.running = [...this.running, { task, operation, intent, watcher }];
    await task.start(() => planned.run(ports, gateways.ports(gateway)));
    await this.goOn(task, calls, 'go');
    return task.outcome !== null && 'answer' in task.outcome ? task.outcome.answer : undefined;
  }

  /** Lets everything that is under way come to its end, in order. */
  async finish(): Promise<void> {
    for (const { task } of this.running) await this.goOn(task, toTheEnd, 'go');
  }

  private async goOn(task: Task, calls: number, how: Release): Promise<void> {
    for (let left = calls; left > 0 && task.at !== null; left--) await task.advance(left === 1 ? how : 'go');
    if (task.dead && this.gateways.dieWhole) await this.kill(task.gateway);
    await this.sweep();
  }

  /** Lets it go on through its next commit, which ends as `how` says. */
  private async goOnToCommit(task: Task | undefined, how: Release): Promise<void> {
    if (task?.number !== this.begun) return;
    while (task.at !== null && task.at !== 'journal.commit') await task.advance();
    await this.goOn(task, 1, how);
  }

  /** Takes leave of what has ended, looks at how, and holds what is on record against the model. */
  private async sweep(): Promise<void> {
    const over = this.running.filter(({ task }) => task.dead || task.outcome !== null);
    this.running = this.running.filter((each) => !over.includes(each));
    for (const each of over) {
      const { outcome } = each.task;
      if (outcome === null) this.seen.push(`${each.operation.op} killed`);
      else this.lookAt(each, outcome);
    }
    const states = await this.gateways.states();
    for (const id of new Set([...states.keys(), ...this.model.requests.keys()])) {
      const [is, expected] = [states.get(id), this.model.requests.get(id)?.state];
      if (expected !== is) this.wrong.push(`${id} is ${is}, and should be ${expected}`);
    }
  }

  private lookAt(running: Running, outcome: NonNullable<Task['outcome']>): void {
    const { task, operation } = running;
    const { op } = operation;
    if ('error' in outcome) {
      const { error } = outcome;
      if (error instanceof Fault) this.seen.push(`${op}: ${error.code}`);
      else this.wrong.push(`${op} broke: ${error instanceof Error ? error.stack : String(error)}`);
      return;
    }
    const { answer } = outcome;
    const kind = typeof answer === 'object' && answer !== null && 'kind' in answer ? answer.kind : answer;
    this.seen.push(`${op}: ${String(kind)}`);
    if (kind === 'handed-over') this.lookAtHanded(running, answer as CollectOutcome & { kind: 'handed-over' });
    if (kind !== 'delivered') return;
    const asked = [...this.model.requests.values()].filter(({ fetchedBy }) => fetchedBy.has(task.number));
    if (!asked.some(({ disclosedBy }) => disclosedBy === task.number))
      this.wrong.push(`${op} gave what is not on record`);
  }

  /** What was answered by people leaves once, and the same again for whoever did not get it. */
  private lookAtHanded(
    { task, intent, watcher }: Running,
    { request: { id }, parts, again }: CollectOutcome & { kind: 'handed-over' },
  ): void {
    const request = this.model.request(id);
    // Nothing is on record of what is given once more, which would be held against the model otherwise.
    const why = watcher.whyNoGround(id) ?? whyNotTaken(request, intent);
    if (again && why !== null) this.wrong.push(`${id} was handed over again, although ${why}`);
    if ((request.disclosedBy === task.number) === again)
      this.wrong.push(`${id} was handed over as ${again ? 'again' : 'new'}`);
    const given = parts.flatMap(({ fields }) => fields);
    if (request.disclosedBy === null || given.some((field) => !request.answered.includes(field))) {
      this.wrong.push(`${id}: what was handed over is not on record`);
    }
  }

  private watch(task: Task, intent: Intent): LifeWatcher {
    const { model } = this;
    let readAt = this.gateways.clock.now(task.gateway);
    let firstReadAt: number | null = null;
    let objections = new Map<RequestId | 'new', string | null>();
    let grounds = new Map<RequestId, string | null>();
    return {
      hasRead: () => {
        readAt = this.gateways.clock.now(task.gateway);
        firstReadAt ??= readAt;
        const known = [...model.requests.values()];
        objections = new Map(known.map((request) => [request.id, model.objectionTo(request, readAt)]));
        grounds = new Map(known.map(({ id, asked, since }) => [id, model.whyNoGround(asked, since, readAt)]));
        if (intent.intent === 'ask') {
          const role = intent.rightly ? null : 'nobody in that role may ask it';
          objections.set('new', role ?? model.whyNot(intent.asked, toTheEnd, readAt));
        }
      },
      asks: ({ request: id }) => {
        const request = model.requests.get(id);
        if (request?.permitted !== true) this.wrong.push(`${id}: its source was asked before a permit was on record`);
        request?.fetchedBy.add(task.number);
      },
      hasCommitted: (work) => {
        const wrong = keepBooks(
          model,
          { task: task.number, intent, readAt, firstReadAt: firstReadAt ?? readAt, objections },
          work,
        );
        this.wrong.push(...wrong);
        this.seen.push(...work.entries.map(({ kind }) => kind));
      },
      hasEnded: (how, kept) => void (how === 'go' || this.seen.push(`commit, ${how}: ${kept ? 'on record' : 'lost'}`)),
      isMistold: (how) => this.wrong.push(how),
      whyNoGround: (id) => grounds.get(id) ?? null,
    };
  }
}
