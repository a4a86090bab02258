import type { AmountMicros } from '../common/money.ts';
import { amountMicros, divideHalfUp, minusMicros, negateMicros } from '../common/money.ts';

/** The tax that prices of this installation include. No price is ever without it, and none is added on top. */
export interface Tax {
  /** As people call it, such as `VAT`. */
  readonly name: string;
  /** Hundredths of a percent of the net amount: 1900 is 19 %. Zero where no tax is due. */
  readonly basisPoints: number;
}

/** How much tax an amount includes. */
export interface IncludedTax extends Tax {
  readonly included: AmountMicros;
}

export const TAX_BASIS_POINTS_MAX = 10_000;
const BASIS_POINTS_PER_WHOLE = 10_000n;

/**
 * The tax that lies in a gross amount: `gross × rate ÷ (1 + rate)`, rounded half up once, in millionths of the currency unit. The net
 * is what is left, so that net and tax make up the gross amount exactly. What is paid back is taxed like what was paid.
 * @throws RangeError when the rate is negative
 */
export function taxIncludedIn(gross: AmountMicros, basisPoints: number): AmountMicros {
  if (gross < 0n) return negateMicros(taxIncludedIn(negateMicros(gross), basisPoints));
  const rate = BigInt(basisPoints);
  if (rate < 0n) throw new RangeError('A tax rate is not negative.');
  return amountMicros(divideHalfUp(gross * rate, BASIS_POINTS_PER_WHOLE + rate));
}

/** What is left of a gross amount without its tax. */
export function netOf(gross: AmountMicros, basisPoints: number): AmountMicros {
  return minusMicros(gross, taxIncludedIn(gross, basisPoints));
}

/** The tax of an amount, with its name and rate. */
export function includedTax(gross: AmountMicros, tax: Tax): IncludedTax {
  return { name: tax.name, basisPoints: tax.basisPoints, included: taxIncludedIn(gross, tax.basisPoints) };
}
