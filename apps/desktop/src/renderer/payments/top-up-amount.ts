import { parseMoney } from '@rsm/api/schemas/common';
import { MINOR_UNIT_MICROS, TOP_UP_MAX_MICROS, TOP_UP_MIN_MICROS } from '@rsm/domain/payments/payment';
import { decimalOf, formatMoney } from '../format/money.ts';
import { moneyText } from './money-input.ts';

export type TopUpAmount =
  | { readonly kind: 'amount'; readonly amountMicros: bigint }
  | { readonly kind: 'problem'; readonly problem: string };

/** Reads what a person typed; a comma before one or two last digits is taken for the point. The server checks the same again. */
export function topUpAmount(text: string, currency: string): TopUpAmount {
  const problem = (sentence: string): TopUpAmount => ({ kind: 'problem', problem: sentence });
  const amountMicros = parseMoney(moneyText(text));
  if (amountMicros === null) return problem('Enter an amount such as 25 or 12.50.');
  if (amountMicros < TOP_UP_MIN_MICROS) return problem(`The least is ${formatMoney(TOP_UP_MIN_MICROS, currency)}.`);
  if (amountMicros > TOP_UP_MAX_MICROS) {
    return problem(`The most at once is ${formatMoney(TOP_UP_MAX_MICROS, currency)}.`);
  }
  if (amountMicros % MINOR_UNIT_MICROS !== 0n) return problem('Cards take whole cents: at most two decimals.');
  return { kind: 'amount', amountMicros };
}

/** The form that the API reads. */
export const amountInput = (amountMicros: bigint): string => decimalOf(amountMicros);
