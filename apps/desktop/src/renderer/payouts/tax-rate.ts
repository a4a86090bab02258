import { TAX_BASIS_POINTS_MAX } from '@rsm/domain/documents/tax';

/** The basis points that a person's percentage names, such as `19` or `8,1`; null when it is none that can be kept. */
export function taxBasisPoints(text: string): number | null {
  const match = /^(\d{1,3})(?:[.,](\d{1,2}))?$/.exec(text.trim().replace(/\s*%$/, ''));
  if (match === null) return null;
  const [, whole = '0', fraction = ''] = match;
  const basisPoints = Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
  return basisPoints > TAX_BASIS_POINTS_MAX ? null : basisPoints;
}

/** The same the other way round: 1900 is `19`, 810 is `8.1`. */
export const taxPercent = (basisPoints: number): string => String(basisPoints / 100);
