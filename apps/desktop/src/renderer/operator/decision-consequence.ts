import type { DisputeEvidence } from '@rsm/domain/disputes/dispute-evidence';
import { DomainError } from '@rsm/domain/common/domain-error';
import { amountMicros, currencySchema } from '@rsm/domain/common/money';
import { refundAmount, refundParts } from '@rsm/domain/disputes/dispute-refund';
import type { DisputeOutcome } from '@rsm/domain/disputes/dispute';
import { parseMoney } from '@rsm/api/schemas/common';

export type DecisionConsequence =
  | {
      readonly kind: 'moves';
      /** To the renter's wallet. */
      readonly refundMicros: bigint;
      /** From the provider. */
      readonly shareMicros: bigint;
      /** From the platform's fee. */
      readonly feeMicros: bigint;
      /** What of the charge stays charged. */
      readonly leftMicros: bigint;
    }
  | { readonly kind: 'problem'; readonly problem: string };

type Facts = {
  readonly money: Pick<DisputeEvidence['money'], 'chargedMicros' | 'refundedBeforeMicros'>;
  readonly terms: Pick<DisputeEvidence['terms'], 'currency' | 'feeBasisPoints'>;
};

/** What of a booking's charge can still be given back. */
export function refundableMicros({ money }: Pick<Facts, 'money'>): bigint {
  return BigInt(money.chargedMicros) - BigInt(money.refundedBeforeMicros);
}

/** What a decision would move, by the same rule as the server's; or what is wrong with its amount. */
export function decisionConsequence(
  facts: Facts,
  wish: { readonly outcome: DisputeOutcome; readonly amount: string },
): DecisionConsequence {
  const { money, terms } = facts;
  const chargedAmount = amountMicros(BigInt(money.chargedMicros));
  const refunded = amountMicros(BigInt(money.refundedBeforeMicros));
  const left = amountMicros(refundableMicros(facts));
  const amount = wish.outcome === 'partial' ? readAmount(wish.amount) : null;
  if (wish.outcome === 'partial' && amount === null) {
    return { kind: 'problem', problem: 'Enter an amount such as 12 or 12.50.' };
  }
  try {
    const refund = refundAmount({ outcome: wish.outcome, amount }, left, currencySchema.parse(terms.currency));
    const parts = refundParts({ chargedAmount, feeBasisPoints: terms.feeBasisPoints }, refunded, refund);
    return {
      kind: 'moves',
      refundMicros: refund,
      shareMicros: parts.share,
      feeMicros: parts.fee,
      leftMicros: left - refund,
    };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { kind: 'problem', problem: `${error.message} ${error.remedy ?? ''}`.trim() };
  }
}

/** What a person typed; a comma before one or two last digits is taken for the point. */
export function readAmount(text: string) {
  return parseMoney(text.trim().replace(/,(?=\d{1,2}$)/, '.'));
}
