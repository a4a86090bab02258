import type { PaymentId } from '@rsm/domain/common/ids';
import type { PayoutOutcome } from '@rsm/domain/payments/payment-processor';
import { unavailable } from './bank-answers.ts';

/** How the next one goes; `lost` and `unheard` as with charges. */
export const transferScripts = ['succeeds', 'processing', 'fails', 'lost', 'unheard'] as const;
export type TransferScript = (typeof transferScripts)[number];

export interface BankTransfer {
  readonly id: PaymentId;
  readonly reference: string;
  /** The charge that a refund gives back, or the account that a payout goes to. */
  readonly of: string;
  readonly amount: bigint;
  status: 'succeeded' | 'pending' | 'failed';
}

/** Money that leaves the bank: refunds to cards, and payouts. One for each id, however often it is asked. */
export class BankTransfers {
  readonly scripts: TransferScript[] = [];
  /** Accounts that take nothing. */
  readonly closed = new Set<string>();
  readonly #transfers = new Map<PaymentId, BankTransfer>();
  readonly #prefix: string;
  readonly #changed: (transfer: BankTransfer) => void;

  constructor(prefix: string, changed: (transfer: BankTransfer) => void) {
    this.#prefix = prefix;
    this.#changed = changed;
  }

  all(): readonly BankTransfer[] {
    return [...this.#transfers.values()];
  }

  hasOpen(): boolean {
    return this.all().some(({ status }) => status === 'pending');
  }

  /** What left, or is on its way; of one charge or account when it is named. */
  gone(of?: string): bigint {
    return this.all()
      .filter((transfer) => transfer.status !== 'failed' && (of === undefined || transfer.of === of))
      .reduce((sum, { amount }) => sum + amount, 0n);
  }

  send(wish: { readonly id: PaymentId; readonly of: string; readonly amount: bigint; readonly isPossible: boolean }) {
    const { amount, id, isPossible, of } = wish;
    const known = this.#transfers.get(id);
    if (known !== undefined) {
      if (known.amount !== amount) throw new Error(`${id} was sent with two amounts.`);
      return outcomeOf(known);
    }
    const script = this.scripts.shift() ?? 'succeeds';
    if (script === 'unheard') throw unavailable();
    const status = script === 'processing' ? 'pending' : script === 'fails' || !isPossible ? 'failed' : 'succeeded';
    const transfer: BankTransfer = { id, of, amount, reference: `${this.#prefix}_${id}`, status };
    this.#transfers.set(id, transfer);
    this.#changed(transfer);
    if (script === 'lost') throw unavailable();
    return outcomeOf(transfer);
  }

  find(id: PaymentId, reference: string | null): PayoutOutcome | null {
    const transfer = this.#transfers.get(id) ?? this.all().find((candidate) => candidate.reference === reference);
    return transfer === undefined ? null : outcomeOf(transfer);
  }

  /** An open one ends, or one that had arrived comes back. False when there is none. */
  settle(index: number, isGood: boolean): boolean {
    const open = this.all().filter(({ status }) => status === 'pending' || (!isGood && status === 'succeeded'));
    const transfer = open[index % Math.max(1, open.length)];
    if (transfer === undefined) return false;
    transfer.status = isGood ? 'succeeded' : 'failed';
    this.#changed(transfer);
    return true;
  }
}

function outcomeOf({ reference, status }: BankTransfer): PayoutOutcome {
  switch (status) {
    case 'succeeded':
      return { kind: 'succeeded', reference };
    case 'pending':
      return { kind: 'pending', reference };
    case 'failed':
      return { kind: 'failed', reference, reason: 'The account at the other end is closed.' };
  }
}
