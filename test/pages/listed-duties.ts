import { givenFields } from '../../src/core/disclosure/given-fields.ts';
import type { CorrectionLine } from '../../src/pages/officer/corrections.ts';
import type { DutyLine, PageKey } from '../../src/pages/ports.ts';
import type { DutyLists } from '../../src/wire/staff-duties.ts';
import type { MemoryWorld } from '../world/memory-world.ts';
import { memoryRightsLists } from './memory-rights-lists.ts';

/** What units must still do, as the maps of a memory world have it and the database would list it. */
export function listedDuties(world: MemoryWorld): DutyLists {
  return {
    rights: memoryRightsLists(world),
    corrections: {
      page: async ({ now, state, recipient }, after, limit) =>
        inOrder(
          correctionsOf(world, now).filter((line) => line.state === state && line.recipient === recipient),
          after,
          limit,
        ),
    },
    held: {
      page: async ({ now, starts, state, recipient }, after, limit) =>
        inOrder(
          heldIn(world, now, starts).filter((line) => line.state === state && line.recipient === recipient),
          after,
          limit,
        ),
    },
  };
}

function inOrder<Line extends { readonly id: string; readonly order: string }>(
  lines: readonly Line[],
  after: PageKey | null,
  limit: number,
): readonly Line[] {
  return [...lines]
    .sort((one, other) => (`${one.order} ${one.id}` < `${other.order} ${other.id}` ? -1 : 1))
    .filter(({ order, id }) => after === null || `${order} ${id}` > `${after.time} ${after.id}`)
    .slice(0, limit);
}

function correctionsOf({ corrections }: MemoryWorld, now: string): readonly CorrectionLine[] {
  return [...corrections.values()].flatMap(({ id, entry, source, kind, madeAt, notices }) =>
    notices.map(({ recipient, fields, dueAt, confirmedAt, how }) => ({
      ...{ id, correction: id, entry, source, recipient, kind, fields, madeAt, dueAt, confirmedAt, how },
      state: confirmedAt !== null ? 'confirmed' : dueAt <= now ? 'overdue' : 'open',
      ...{ onward: null, passesOn: null, order: confirmedAt ?? dueAt },
    })),
  );
}

function heldIn({ requests }: MemoryWorld, now: string, starts: readonly string[]): readonly DutyLine[] {
  return [...requests.values()].flatMap((request) => {
    const {
      id,
      source,
      recipient,
      purpose,
      held,
      decision,
      destroyedHow,
      destructionConfirmedAt: destroyedAt,
    } = request;
    if (held === null || givenFields(request).length === 0) return [];
    const retain = decision.obligations?.retain ?? null;
    const deleteBy = held.retention?.deleteBy ?? null;
    const { disclosedAt } = held;
    const order = destroyedAt ?? deleteBy ?? disclosedAt;
    const dated = deleteBy !== null && (deleteBy <= now ? 'overdue' : 'dated');
    const state = destroyedAt ? 'destroyed' : dated || (starts.includes(retain?.until ?? '') ? 'open' : 'undated');
    return [
      {
        id,
        state,
        entry: null,
        source,
        recipient,
        purpose,
        disclosedAt,
        retain,
        deleteBy,
        destroyedAt,
        destroyedHow,
        order,
      },
    ];
  });
}
