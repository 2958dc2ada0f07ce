import type { EntryId } from '../brand.ts';
import type { PartnerChangePorts } from './ports.ts';

/**
 * A change that is planned is not carried out after all. One person is enough, named and with a ground: not opening
 * a door is always allowed. `not-planned`: there is no such change, or it was carried out, lapsed or cancelled before.
 * Its approvals stay used.
 */
export async function cancelPartnerChange(
  ports: Omit<PartnerChangePorts, 'keyChecks'>,
  id: string,
  { by, ground }: { readonly by: string; readonly ground: string },
): Promise<'cancelled' | 'not-planned'> {
  for (;;) {
    const planned = (await ports.records.planned()).find((one) => one.id === id);
    if (planned === undefined) return 'not-planned';
    const { registryVersion, activePolicySet } = await ports.records.read();
    const at = ports.clock.now();
    const { change: digest, previous } = planned.statement;
    const committed = await ports.journal.commit({
      rests: { subject: null, registryVersion, policySet: activePolicySet },
      moves: false,
      entries: [
        {
          id: ports.entropy.id() as EntryId,
          kind: 'partner-changed',
          time: at,
          trace: ports.entropy.trace(),
          policySet: activePolicySet,
          purpose: null,
          source: null,
          recipient: null,
          body: {
            ...{ v: 2, change: id, action: 'cancel', digest, previous, approvals: 0 },
            ...{ members: [], organisations: [] },
          },
          subject: null,
          personal: { by, ground },
          fleeting: {},
        },
      ],
      changes: [{ type: 'partner-change-cancelled', id, at }],
    });
    if (committed.outcome === 'durable') return 'cancelled';
    if (committed.outcome === 'conflict') return 'not-planned';
    // Something else moved the registry meanwhile: look again whether it is still planned.
    await ports.clock.pause(50);
  }
}
