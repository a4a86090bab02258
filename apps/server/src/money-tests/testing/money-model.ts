import type { MoneyCommand } from './money-commands.ts';

/** A call with an idempotency key, as it was made, and what it was answered with. */
export interface KeyedCall {
  readonly operation: 'top_up' | 'refund' | 'manual' | 'book' | 'extend' | 'payout' | 'decide_dispute';
  readonly key: string;
  /** Makes it again with the same key. */
  readonly again: () => Promise<readonly string[]>;
  /** Makes it with the same key and another input; null where there is no other. */
  readonly other: (() => Promise<readonly string[]>) | null;
  /** Ids of what it made; null while no answer came, though it may have been acted on. */
  answer: readonly string[] | null;
}

/** What is known before the product is asked: which commands make sense, and what was said to whom. */
export class MoneyModel {
  readonly calls: KeyedCall[] = [];
  bookings = 0;
  disputes = 0;
  /** Who cancelled a booking before it began, by its id. */
  readonly cancelledBy = new Map<string, 'renter' | 'provider'>();
  hasAskedTheBank = false;
  /** Limits of months as renters set them, by renter; what is missing has none. */
  readonly limits = new Map<string, bigint>();

  /** Whether a command can do anything at all. */
  allows({ kind }: MoneyCommand): boolean {
    switch (kind) {
      case 'repeat':
        return this.calls.length > 0;
      case 'extend':
      case 'auto_extend':
      case 'end_early':
      case 'cancel':
      case 'cancel_as_provider':
      case 'retry_wipe':
      case 'dispute':
        return this.bookings > 0;
      case 'withdraw_dispute':
      case 'decide_dispute':
        return this.disputes > 0;
      case 'deliver':
      case 'deliver_all':
      case 'bank_settles':
      case 'charge_back':
      case 'decide_chargeback':
        return this.hasAskedTheBank;
      case 'top_up':
      case 'refund':
      case 'manual':
      case 'auto_top_up':
      case 'clear_auto_top_up':
      case 'bank_down':
      case 'book':
      case 'leave_free':
      case 'payout':
      case 'payout_account':
      case 'spending_limit':
      case 'release_machine':
      case 'outage':
      case 'fault':
      case 'pass':
      case 'work':
      case 'sweep':
      case 'reconcile':
        return true;
    }
  }
}
