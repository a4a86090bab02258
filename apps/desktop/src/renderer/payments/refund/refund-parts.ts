import { parseMoney } from '@rsm/api/schemas/common';
import type { RefundQuoteRead } from '@rsm/api/schemas/payments';
import { MINOR_UNIT_MICROS } from '@rsm/domain/payments/payment';
import { formatMoney } from '../../format/money.ts';
import { cardName } from '../cards/card-words.ts';
import { moneyText } from '../money-input.ts';

export interface RefundShare {
  /** Whereto, as people know it. */
  readonly target: string;
  readonly amountMicros: bigint;
}

/** What a quote's cards get of an amount: the newest top-up gives first, as when it is sent. */
export function refundShares(
  parts: readonly Pick<RefundQuoteRead['parts'][number], 'amountMicros' | 'card'>[],
  amountMicros: bigint,
): readonly RefundShare[] {
  const shares = new Map<string, bigint>();
  let rest = amountMicros;
  for (const part of parts) {
    const taken = rest < part.amountMicros ? rest : part.amountMicros;
    if (taken <= 0n) break;
    rest -= taken;
    const target = part.card === null ? 'the card that was entered' : cardName(part.card);
    shares.set(target, (shares.get(target) ?? 0n) + taken);
  }
  return [...shares].map(([target, share]) => ({ target, amountMicros: share }));
}

export type RefundAmount =
  | { readonly kind: 'amount'; readonly amountMicros: bigint }
  | { readonly kind: 'problem'; readonly problem: string };

/** Reads what a person typed; the server checks the same again. */
export function refundAmount(text: string, quote: Pick<RefundQuoteRead, 'amountMicros' | 'currency'>): RefundAmount {
  const amountMicros = parseMoney(moneyText(text));
  if (amountMicros === null || amountMicros <= 0n) {
    return { kind: 'problem', problem: 'Enter an amount such as 25 or 12.50.' };
  }
  if (amountMicros % MINOR_UNIT_MICROS !== 0n) {
    return { kind: 'problem', problem: 'Cards take whole cents: at most two decimals.' };
  }
  if (amountMicros > quote.amountMicros) {
    return { kind: 'problem', problem: `At most ${formatMoney(quote.amountMicros, quote.currency)} can go back.` };
  }
  return { kind: 'amount', amountMicros };
}
