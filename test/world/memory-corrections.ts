import type { CorrectionId, RequestId, SubjectId } from '../../src/core/brand.ts';
import type { CorrectionChange, CorrectionNotice, GivenThen, PassedOn } from '../../src/core/correction/correction.ts';
import type { Corrections } from '../../src/core/correction/ports.ts';
import { givenFields } from '../../src/core/disclosure/given-fields.ts';
import type { RequestRecord } from '../../src/core/disclosure/request.ts';
import { duePage } from './due-page.ts';
import type { MemoryWorld } from './memory-world.ts';

/** What sources corrected, on the maps of a memory world. */
export function memoryCorrections(world: () => MemoryWorld): Corrections {
  const passedOn = (id: CorrectionId): PassedOn[] =>
    [...world().corrections.values()].flatMap((one) => {
      if (one.corrects !== id) return [];
      const { id: next, source, kind, madeAt, notices, underWay } = one;
      const isConfirmed = underWay.length === 0 && notices.every(({ confirmedAt }) => confirmedAt !== null);
      return [{ id: next, source, corrects: id, kind, madeAt, isConfirmed }, ...passedOn(next)];
    });
  return {
    find: async (id) => world().corrections.get(id) ?? null,
    passedOn: async (id) => passedOn(id),
    given: async (about) => givenAbout(world(), about),
    unheard: async (about, unit) =>
      [...world().requests.values()].filter(
        ({ subject, source, direction, state }) =>
          subject === about && source === unit && direction === 'push' && state === 'awaiting-approval',
      ),
    everGave: async (unit, fields) => {
      const gave = [...world().requests.values()].filter(({ source, held }) => source === unit && held !== null);
      const given = gave.flatMap(givenFields);
      return new Set(fields.filter((field) => given.some((each) => each === field)));
    },
    waysEnded: async (passed) => {
      const ended = [...world().corrections.values()].flatMap((correction) =>
        correction.underWay.flatMap((id) => {
          const request = world().requests.get(id);
          return request !== undefined && isUnderWay(request) ? [] : [{ correction, request: id }];
        }),
      );
      return duePage(ended, ({ correction }) => correction.madeAt, passed);
    },
    forgetWay: async ({ id, request }) => forgetWay(world(), id, request),
    due: async (now, passed) => {
      const due = [...world().corrections.values()].flatMap((correction) =>
        correction.notices.flatMap((notice) =>
          notice.lookAt !== null && notice.lookAt <= now ? [{ correction, notice, seen: notice.lookAt }] : [],
        ),
      );
      return duePage(due, ({ seen }) => seen, passed);
    },
  };
}

function givenAbout({ requests }: MemoryWorld, about: SubjectId): readonly RequestRecord[] {
  return [...requests.values()].filter(
    (request) => request.subject === about && (request.held !== null || isUnderWay(request)),
  );
}

function isUnderWay({ held, state, direction }: RequestRecord): boolean {
  const waitsSealed = state === 'awaiting-approval' && direction === 'push';
  return held === null && (waitsSealed || ['fetching', 'answered', 'partly-answered'].includes(state));
}

function forgetWay({ corrections }: MemoryWorld, id: CorrectionId, request: RequestId): void {
  const known = corrections.get(id);
  if (known !== undefined) corrections.set(id, { ...known, underWay: known.underWay.filter((way) => way !== request) });
}

function isSeen(world: MemoryWorld, given: GivenThen | undefined): boolean {
  return given === undefined || givenAbout(world, given.subject).every(({ id }) => given.seen.includes(id));
}

export function correctionConflict(world: MemoryWorld, change: CorrectionChange): 'state' | 'unique' | null {
  if (change.type === 'correction-made') {
    return isSeen(world, change.given) ? null : 'unique';
  }
  if (change.type === 'correction-reached') {
    return world.corrections.get(change.id)?.underWay.includes(change.request) === true ? null : 'state';
  }
  const { corrections } = world;
  const notice = corrections.get(change.id)?.notices.find(({ recipient }) => recipient === change.recipient);
  const isAsSeen =
    change.type === 'correction-confirmed'
      ? notice?.confirmedAt === null &&
        notice.requests.every((request) => change.requests.includes(request)) &&
        isSeen(world, change.given)
      : notice?.lookAt === change.seen;
  return isAsSeen ? null : 'state';
}

function together(before: CorrectionNotice | undefined, added: CorrectionNotice): CorrectionNotice {
  if (before === undefined) return added;
  const time = before.confirmedAt === null ? before : added;
  return {
    ...added,
    requests: [...new Set([...before.requests, ...added.requests])],
    fields: [...new Set([...before.fields, ...added.fields])],
    givenOn: [...new Set([...before.givenOn, ...added.givenOn])],
    destroyed: before.destroyed && added.destroyed,
    dueAt: time.dueAt,
    lookAt: time.lookAt,
  };
}

export function applyCorrection({ corrections }: MemoryWorld, change: CorrectionChange): void {
  if (change.type === 'correction-made') {
    const { correction, notices, underWay } = change;
    corrections.set(correction.id, { ...correction, notices, underWay });
    return;
  }
  const known = corrections.get(change.id);
  if (known === undefined) return;
  if (change.type === 'correction-reached') {
    const underWay = known.underWay.filter((way) => way !== change.request);
    const others = known.notices.filter(({ recipient }) => recipient !== change.notice.recipient);
    const before = known.notices.find(({ recipient }) => recipient === change.notice.recipient);
    corrections.set(change.id, { ...known, underWay, notices: [...others, together(before, change.notice)] });
    return;
  }
  const moved: Partial<CorrectionNotice> =
    change.type === 'correction-confirmed'
      ? { confirmedAt: change.at, how: change.how, lookAt: null }
      : { lookAt: change.lookAt };
  const notices = known.notices.map((notice) =>
    notice.recipient === change.recipient ? { ...notice, ...moved } : notice,
  );
  corrections.set(change.id, { ...known, notices });
}
