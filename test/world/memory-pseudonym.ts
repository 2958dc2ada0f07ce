import { createHash } from 'node:crypto';
import type { SubjectId, UnitId } from '../../src/core/brand.ts';

/** The same each time, and of the form that a unit gets. */
export function memoryPseudonym(unit: UnitId, subject: SubjectId): string {
  const hex = createHash('sha256').update(`${unit} ${subject}`).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return parts.join('-');
}
