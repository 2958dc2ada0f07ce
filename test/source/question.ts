import type { RequestId, TraceId, UnitId } from '../../src/core/brand.ts';
import type { SourceQuestion } from '../../src/core/disclosure/ports.ts';
import type { HttpConnector } from '../../src/core/partner/connector.ts';
import { memoryUnit } from '../world/memory-world.ts';

/** A question to a unit with this connector, about an invented person; all that it holds is its own registration. */
export function questionTo(
  connector: HttpConnector,
  change: Partial<SourceQuestion> & { readonly unitId?: string } = {},
): SourceQuestion {
  const { unitId = 'bron', fields = Object.keys(connector.fields), ...rest } = change;
  return {
    unit: memoryUnit(unitId as UnitId, 'prison', { connector }),
    identifiers: { bsn: '900000001' },
    fields,
    purpose: 'plan-basic-conditions',
    obtained: Object.fromEntries(fields.map((field) => [field, ['own']])),
    request: '01890a5d-ac96-774b-bcce-b302099a8057' as RequestId,
    trace: '0af7651916cd43dd8448eb211c80319c' as TraceId,
    ...rest,
  };
}
