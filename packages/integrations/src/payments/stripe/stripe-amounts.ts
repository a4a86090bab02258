import { DomainError } from '@rsm/domain/common/domain-error';
import type { AmountMicros, Currency } from '@rsm/domain/common/money';
import { MICROS_PER_UNIT, amountMicros, currencySchema } from '@rsm/domain/common/money';
import { MINOR_UNIT_MICROS } from '@rsm/domain/payments/payment';

/** Currencies that Stripe counts otherwise than in hundredths. Source: docs.stripe.com/currencies, "Minor units in API amounts". */
const ZERO_DECIMAL = 'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' ');
const THREE_DECIMAL = 'BHD JOD KWD OMR TND'.split(' ');
/** Written with two decimals for old reasons, yet only whole units are accepted ("Special cases", same page). */
const WHOLE_UNITS_ONLY = 'ISK UGX'.split(' ');

/** How many millionths one unit of Stripe's amounts is. */
function stripeUnitMicros(currency: Currency): bigint {
  if (ZERO_DECIMAL.includes(currency)) return MICROS_PER_UNIT;
  if (THREE_DECIMAL.includes(currency)) return MICROS_PER_UNIT / 1_000n;
  return MICROS_PER_UNIT / 100n;
}

/**
 * Why this currency can't be used with Stripe, or undefined. Our amounts to a processor are multiples of a hundredth: a currency
 * without hundredths can't take them. Thousandths can: Stripe wants their last digit to be zero, and with hundredths it is.
 */
export function stripeCurrencyProblem(currency: Currency): string | undefined {
  const fits = MINOR_UNIT_MICROS % stripeUnitMicros(currency) === 0n && !WHOLE_UNITS_ONLY.includes(currency);
  return fits ? undefined : `Stripe takes ${currency} in whole units only, and amounts here have hundredths.`;
}

/**
 * Our amount as Stripe counts it, exactly.
 * @throws DomainError invalid_amount when a part of it would be lost
 */
export function toStripeAmount(amount: AmountMicros, currency: Currency): number {
  const unit = stripeUnitMicros(currency);
  const units = Number(amount / unit);
  if (amount <= 0n || amount % MINOR_UNIT_MICROS !== 0n || amount % unit !== 0n || !Number.isSafeInteger(units)) {
    throw new DomainError('invalid_amount', `${currency} can't be moved in this amount.`, {
      field: 'amount',
      remedy: 'Use an amount above zero with at most two decimals.',
    });
  }
  return units;
}

/** Stripe's amount as ours. Its currency codes are in lower case. */
export function fromStripeAmount(units: number, currency: string): { amount: AmountMicros; currency: Currency } {
  const ours = currencySchema.parse(currency.toUpperCase());
  return { amount: amountMicros(BigInt(units) * stripeUnitMicros(ours)), currency: ours };
}
