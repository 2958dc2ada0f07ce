import type { FieldId } from '../brand.ts';
import type { RequestRecord } from './request.ts';

/**
 * What a request gave, which may be less than was permitted: its source need not have all of it. Until it gave anything, what it
 * may give; of an older disclosure, which did not say, all that it may have given.
 */
export function givenFields({ decision }: Pick<RequestRecord, 'decision'>): readonly FieldId[] {
  return decision.given?.fields ?? decision.permitted;
}
