import fc from 'fast-check';
import type { ChargeScript } from './bank-charges.ts';
import { chargeScripts } from './bank-charges.ts';
import type { TransferScript } from './bank-transfers.ts';
import { transferScripts } from './bank-transfers.ts';

/** One thing that happens. Numbers that pick something are taken modulo how many there are; amounts are cents. */
export type MoneyCommand =
  | { readonly kind: 'top_up'; readonly renter: number; readonly cents: number; readonly script: ChargeScript }
  | { readonly kind: 'refund'; readonly renter: number; readonly cents: number; readonly script: TransferScript }
  | { readonly kind: 'manual'; readonly renter: number; readonly cents: number; readonly direction: 'credit' | 'debit' }
  | { readonly kind: 'auto_top_up'; readonly renter: number; readonly cents: number; readonly script: ChargeScript }
  | { readonly kind: 'clear_auto_top_up'; readonly renter: number }
  /** A call that was made is made again: with its own key, as often as said, all at once; or with another input. */
  | { readonly kind: 'repeat'; readonly call: number; readonly times: number; readonly input: 'same' | 'other' }
  | { readonly kind: 'deliver'; readonly event: number; readonly sender: 'bank' | 'forger'; readonly times: number }
  | { readonly kind: 'deliver_all'; readonly order: 'as_they_came' | 'newest_first' }
  | {
      readonly kind: 'bank_settles';
      readonly what: 'charge' | 'refund' | 'payout';
      readonly which: number;
      readonly isGood: boolean;
    }
  | { readonly kind: 'charge_back'; readonly charge: number; readonly part: 'whole' | 'half' }
  | { readonly kind: 'decide_chargeback'; readonly which: number; readonly as: 'won' | 'lost' }
  | { readonly kind: 'bank_down'; readonly isDown: boolean }
  | {
      readonly kind: 'book';
      readonly renter: number;
      readonly machine: number;
      /** Null for now. */
      readonly inHours: number | null;
      readonly minutes: number;
    }
  /** A machine that is not what its listing shows: booked from now on, and left in the 15 minutes that cost nothing. */
  | {
      readonly kind: 'leave_free';
      readonly renter: number;
      readonly machine: number;
      readonly minutes: number;
      readonly afterMinutes: number;
    }
  | { readonly kind: 'extend'; readonly booking: number; readonly minutes: number }
  | { readonly kind: 'auto_extend'; readonly booking: number; readonly minutes: number }
  | { readonly kind: 'end_early' | 'cancel' | 'cancel_as_provider' | 'retry_wipe'; readonly booking: number }
  | { readonly kind: 'payout'; readonly provider: number; readonly script: TransferScript }
  | { readonly kind: 'payout_account'; readonly provider: number; readonly isOpen: boolean }
  | { readonly kind: 'dispute'; readonly booking: number; readonly by: 'renter' | 'provider' }
  | { readonly kind: 'withdraw_dispute'; readonly dispute: number }
  | {
      readonly kind: 'decide_dispute';
      readonly dispute: number;
      readonly outcome: DisputeOutcome;
      readonly cents: number;
    }
  /** A renter limits his months, to so many cents or (null) not at all. */
  | { readonly kind: 'spending_limit'; readonly renter: number; readonly cents: number | null }
  | { readonly kind: 'release_machine'; readonly machine: number }
  | { readonly kind: 'outage'; readonly machine: number; readonly minutes: number; readonly as: 'down' | 'degraded' }
  | { readonly kind: 'fault'; readonly machine: number; readonly fault: MachineFault }
  | { readonly kind: 'pass'; readonly hours: number; readonly stepHours: number }
  | { readonly kind: 'work' | 'sweep' | 'reconcile' };

export const outcomes = ['full', 'partial', 'none'] as const;
type DisputeOutcome = (typeof outcomes)[number];

export const machineFaults = ['heal', 'broken_provision', 'broken_revoke', 'broken_wipe', 'residue'] as const;
export type MachineFault = (typeof machineFaults)[number];

const index = fc.nat({ max: 9 });
const euros = fc.integer({ min: 5, max: 600 }).map((count) => count * 100);
const cents = fc.oneof({ weight: 4, arbitrary: euros }, fc.integer({ min: 1, max: 100_000 }));
/** Around the product's limits: ten minutes, the hour in which cancelling is free, a day, a week and more. */
const minutes = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 10, max: 240 }) },
  { weight: 2, arbitrary: fc.constantFrom(10, 60, 24 * 60, 25 * 60) },
  { weight: 2, arbitrary: fc.integer({ min: 6 * 24 * 60, max: 24 * 24 * 60 }) },
);
const chargeScript = fc.oneof(
  { weight: 3, arbitrary: fc.constant('succeeds' as const) },
  fc.constantFrom(...chargeScripts),
);
const transferScript = fc.oneof(
  { weight: 2, arbitrary: fc.constant('succeeds' as const) },
  fc.constantFrom(...transferScripts),
);

/** Commands of one kind, and how often they come. */
function often<Command extends MoneyCommand>(weight: number, arbitrary: fc.Arbitrary<Command>) {
  return { weight, arbitrary };
}

const kind = <const Kind extends MoneyCommand['kind']>(...kinds: readonly Kind[]) => fc.constantFrom(...kinds);

/** Every command with how often it comes. */
export const moneyCommand: fc.Arbitrary<MoneyCommand> = fc.oneof(
  often(8, fc.record({ kind: kind('top_up'), renter: index, cents, script: chargeScript })),
  often(4, fc.record({ kind: kind('refund'), renter: index, cents, script: transferScript })),
  often(2, fc.record({ kind: kind('manual'), renter: index, cents, direction: fc.constantFrom('credit', 'debit') })),
  often(2, fc.record({ kind: kind('auto_top_up'), renter: index, cents: euros, script: chargeScript })),
  often(1, fc.record({ kind: kind('clear_auto_top_up'), renter: index })),
  often(
    5,
    fc.record({
      kind: kind('repeat'),
      call: index,
      times: fc.integer({ min: 1, max: 3 }),
      input: fc.constantFrom('same', 'same', 'other'),
    }),
  ),
  often(
    5,
    fc.record({
      kind: kind('deliver'),
      event: index,
      sender: fc.constantFrom('bank', 'bank', 'bank', 'forger'),
      times: fc.integer({ min: 1, max: 2 }),
    }),
  ),
  often(3, fc.record({ kind: kind('deliver_all'), order: fc.constantFrom('as_they_came', 'newest_first') })),
  often(
    4,
    fc.record({
      kind: kind('bank_settles'),
      what: fc.constantFrom('charge', 'refund', 'payout'),
      which: index,
      isGood: fc.boolean(),
    }),
  ),
  often(2, fc.record({ kind: kind('charge_back'), charge: index, part: fc.constantFrom('whole', 'half') })),
  often(2, fc.record({ kind: kind('decide_chargeback'), which: index, as: fc.constantFrom('won', 'lost') })),
  often(1, fc.record({ kind: kind('bank_down'), isDown: fc.boolean() })),
  often(
    14,
    fc.record({
      kind: kind('book'),
      renter: index,
      machine: index,
      inHours: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 200 })),
      minutes,
    }),
  ),
  often(
    3,
    fc.record({
      kind: kind('leave_free'),
      renter: index,
      machine: index,
      // Short, so that a wallet mostly has the money for it; the last one is too late.
      minutes: fc.integer({ min: 10, max: 240 }),
      afterMinutes: fc.constantFrom(0, 5, 14, 15),
    }),
  ),
  often(4, fc.record({ kind: kind('extend'), booking: index, minutes })),
  often(2, fc.record({ kind: kind('auto_extend'), booking: index, minutes: fc.integer({ min: 10, max: 600 }) })),
  often(4, fc.record({ kind: kind('end_early'), booking: index })),
  often(3, fc.record({ kind: kind('cancel'), booking: index })),
  often(3, fc.record({ kind: kind('cancel_as_provider'), booking: index })),
  often(2, fc.record({ kind: kind('retry_wipe'), booking: index })),
  often(5, fc.record({ kind: kind('payout'), provider: index, script: transferScript })),
  often(2, fc.record({ kind: kind('payout_account'), provider: index, isOpen: fc.boolean() })),
  often(4, fc.record({ kind: kind('dispute'), booking: index, by: fc.constantFrom('renter', 'provider') })),
  often(1, fc.record({ kind: kind('withdraw_dispute'), dispute: index })),
  often(
    4,
    fc.record({ kind: kind('decide_dispute'), dispute: index, outcome: fc.constantFrom(...outcomes), cents: index }),
  ),
  often(2, fc.record({ kind: kind('spending_limit'), renter: index, cents: fc.option(euros) })),
  often(2, fc.record({ kind: kind('release_machine'), machine: index })),
  often(
    3,
    fc.record({
      kind: kind('outage'),
      machine: index,
      minutes: fc.integer({ min: 1, max: 24 }),
      as: fc.constantFrom('down', 'degraded'),
    }),
  ),
  often(
    3,
    fc.record({ kind: kind('fault'), machine: index, fault: fc.constantFrom('heal', 'heal', ...machineFaults) }),
  ),
  often(
    9,
    fc.record({
      kind: kind('pass'),
      hours: fc.integer({ min: 1, max: 30 }),
      // How late the worker is at most: a look every minute would be all that these tests do.
      stepHours: fc.constantFrom(1, 6),
    }),
  ),
  often(4, fc.record({ kind: kind('pass'), hours: fc.integer({ min: 31, max: 900 }), stepHours: fc.constant(24) })),
  often(6, fc.record({ kind: kind('work') })),
  often(2, fc.record({ kind: kind('sweep') })),
  often(2, fc.record({ kind: kind('reconcile') })),
);
