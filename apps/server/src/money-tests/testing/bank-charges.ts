import type { PaymentId } from '@rsm/domain/common/ids';
import type { ChargeOutcome, ChargeRequest } from '@rsm/domain/payments/payment-processor';
import { unavailable } from './bank-answers.ts';

/** How the next charge goes. `lost` takes the money and does not answer; `unheard` never reaches the bank. */
export const chargeScripts = ['succeeds', 'declined', 'authentication', 'processing', 'lost', 'unheard'] as const;
export type ChargeScript = (typeof chargeScripts)[number];

export interface BankCharge extends Pick<ChargeRequest, 'paymentId' | 'amount' | 'currency'> {
  readonly reference: string;
  status: 'succeeded' | 'declined' | 'authentication' | 'processing';
}

/** Charges as the bank knows them: one for each payment id, however often it is asked. */
export class BankCharges {
  /** For the next calls, in their order; what follows succeeds. */
  readonly scripts: ChargeScript[] = [];
  readonly #charges = new Map<PaymentId, BankCharge>();
  readonly #changed: (charge: BankCharge) => void;

  constructor(changed: (charge: BankCharge) => void) {
    this.#changed = changed;
  }

  all(): readonly BankCharge[] {
    return [...this.#charges.values()];
  }

  hasOpen(): boolean {
    return this.all().some(({ status }) => status === 'authentication' || status === 'processing');
  }

  /** What cards have paid. */
  taken(): bigint {
    return this.all()
      .filter(({ status }) => status === 'succeeded')
      .reduce((sum, { amount }) => sum + amount, 0n);
  }

  amountOf(reference: string): bigint {
    return this.all().find((charge) => charge.reference === reference)?.amount ?? 0n;
  }

  charge({ amount, currency, paymentId, presence }: ChargeRequest): ChargeOutcome {
    const known = this.#charges.get(paymentId);
    if (known !== undefined) {
      if (known.amount !== amount) throw new Error(`Payment ${paymentId} was sent with two amounts.`);
      return outcomeOf(known);
    }
    const script = this.scripts.shift() ?? 'succeeds';
    if (script === 'unheard') throw unavailable();
    const status = script === 'lost' || script === 'succeeds' ? 'succeeded' : script;
    const charge: BankCharge = {
      paymentId,
      amount,
      currency,
      reference: `ch_${paymentId}`,
      // Without its owner there nobody can confirm it.
      status: status === 'authentication' && presence === 'off_session' ? 'declined' : status,
    };
    this.#charges.set(paymentId, charge);
    this.#changed(charge);
    if (script === 'lost') throw unavailable();
    return outcomeOf(charge);
  }

  find(paymentId: PaymentId, reference: string | null): ChargeOutcome | null {
    const charge = this.#charges.get(paymentId) ?? this.all().find((candidate) => candidate.reference === reference);
    return charge === undefined ? null : outcomeOf(charge);
  }

  /** An open one ends: its owner confirmed it or not, or the bank has decided. False when none is open. */
  settle(index: number, isGood: boolean): boolean {
    const open = this.all().filter(({ status }) => status === 'authentication' || status === 'processing');
    const charge = open[index % Math.max(1, open.length)];
    if (charge === undefined) return false;
    charge.status = isGood ? 'succeeded' : 'declined';
    this.#changed(charge);
    return true;
  }
}

function outcomeOf({ reference, status }: BankCharge): ChargeOutcome {
  switch (status) {
    case 'succeeded':
      return { kind: 'succeeded', reference };
    case 'declined':
      return { kind: 'declined', reference, reason: 'The card was declined.' };
    case 'authentication':
      return { kind: 'authentication_required', reference, url: `https://bank.example/confirm/${reference}` };
    case 'processing':
      return { kind: 'pending', reference };
  }
}
