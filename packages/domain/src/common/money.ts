import { z } from 'zod';

/** Money: whole millionths of the installation's currency unit. Never a float. */
export const amountMicrosSchema = z.bigint().brand<'AmountMicros'>();
export type AmountMicros = z.infer<typeof amountMicrosSchema>;

/** ISO 4217 code. One installation has one currency; it stands beside every amount all the same. */
export const currencySchema = z
  .string()
  .regex(/^[A-Z]{3}$/, 'Must be a three-letter currency code such as EUR.')
  .brand<'Currency'>();
export type Currency = z.infer<typeof currencySchema>;

export const MICROS_PER_UNIT = 1_000_000n;
export const ZERO_MICROS = amountMicros(0n);

/** Brands a count of millionths as money. */
export function amountMicros(value: bigint): AmountMicros {
  return amountMicrosSchema.parse(value);
}

/** `a - b`. */
export function minusMicros(a: AmountMicros, b: AmountMicros): AmountMicros {
  return amountMicros(a - b);
}

/** The same amount with the other sign. */
export function negateMicros(amount: AmountMicros): AmountMicros {
  return amountMicros(-amount);
}

/** The smaller of two amounts. */
export function minMicros(a: AmountMicros, b: AmountMicros): AmountMicros {
  return a < b ? a : b;
}

/**
 * Divides two non-negative integers and rounds half up, the one rounding rule of every bill.
 * @throws RangeError when the dividend is negative or the divisor is not positive.
 */
export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  if (dividend < 0n || divisor <= 0n) throw new RangeError('divideHalfUp wants dividend >= 0 and divisor > 0.');
  return (2n * dividend + divisor) / (2n * divisor);
}

/** The amount as people write it, for a sentence in the ledger: `1.50 EUR`; trailing zeros after the cents are cut. */
export function formatMicros(amount: AmountMicros, currency: Currency): string {
  const sign = amount < 0n ? '-' : '';
  const absolute = amount < 0n ? -amount : amount;
  const fraction = (absolute % MICROS_PER_UNIT)
    .toString()
    .padStart(6, '0')
    .replace(/0{1,4}$/, '');
  return `${sign}${absolute / MICROS_PER_UNIT}.${fraction} ${currency}`;
}
