import type { Bill } from './bill.ts';
import { feeOf } from './bill.ts';
import type { Facts } from './facts.ts';

/** Balances by account, such as `wallet <user>`, `hold <booking>` or `clearing`; what is missing is zero. */
export class Balances {
  readonly #amounts = new Map<string, bigint>();

  add(account: string, amount: bigint): void {
    this.#amounts.set(account, this.of(account) + amount);
  }

  of(account: string): bigint {
    return this.#amounts.get(account) ?? 0n;
  }

  accounts(): readonly string[] {
    return [...this.#amounts.keys()];
  }
}

/** Where everybody's money ought to be, from what happened and from our own bills alone; the ledger is not looked at. */
export function expectedBalances(facts: Facts, bills: ReadonlyMap<string, Bill>): Balances {
  const balances = new Balances();
  for (const payment of facts.payments) addPayment(balances, payment);
  for (const booking of facts.bookings) {
    const bill = bills.get(booking.id);
    if (bill === undefined) throw new Error(`Booking ${booking.id} has no bill.`);
    // What a dispute gives back was never charged, as far as the money goes.
    const kept = (bill.total ?? bill.weeks) - refundedOf(facts, booking.id);
    const wallet = `wallet ${booking.renter}`;
    balances.add(wallet, -bill.hold);
    if (bill.total === null) balances.add(`hold ${booking.id}`, bill.hold - bill.weeks);
    else balances.add(wallet, bill.hold - kept);
    balances.add('platform_revenue', feeOf(kept));
    balances.add(`provider_available ${booking.provider}`, kept - feeOf(kept));
  }
  // Held back is a part of what was earned: it lies in another account.
  for (const earning of facts.earnings) {
    if (earning.availableAt !== null) continue;
    const held = BigInt(earning.amount) - BigInt(earning.taken);
    balances.add(`provider_pending ${earning.provider}`, held);
    balances.add(`provider_available ${earning.provider}`, -held);
  }
  // What somebody owes was paid for him by the marketplace, until he repays it from his own.
  for (const debt of facts.debts) {
    const owed = BigInt(debt.amount) - BigInt(debt.repaid);
    balances.add(debt.side === 'renter' ? `wallet ${debt.user}` : `provider_available ${debt.user}`, owed);
    balances.add('losses', -owed);
  }
  return balances;
}

/** What decided disputes gave back of a booking's charge. */
export function refundedOf(facts: Pick<Facts, 'disputes'>, bookingId: string): bigint {
  return facts.disputes
    .filter(({ booking }) => booking === bookingId)
    .reduce((sum, { refund }) => sum + BigInt(refund ?? 0), 0n);
}

function addPayment(balances: Balances, payment: Facts['payments'][number]): void {
  const amount = BigInt(payment.amount);
  const wallet = `wallet ${payment.user}`;
  const isGood = payment.status === 'succeeded';
  // Refunds and payouts leave when they are asked for, and come back when they fail.
  const hasLeft = (isGood || payment.status === 'pending') && !payment.isReversed;
  switch (payment.kind) {
    case 'top_up':
      if (!isGood) return;
      balances.add(wallet, amount);
      balances.add('clearing', -amount);
      return;
    case 'manual_credit':
      balances.add(wallet, amount);
      balances.add('adjustments', -amount);
      return;
    case 'manual_debit':
      balances.add(wallet, -amount);
      balances.add('adjustments', amount);
      return;
    case 'refund':
      if (!hasLeft) return;
      balances.add(wallet, -amount);
      balances.add('clearing', amount);
      return;
    case 'payout':
      if (!hasLeft) return;
      balances.add(`provider_available ${payment.user}`, -amount);
      balances.add('clearing', amount);
      return;
    case 'chargeback': {
      if (!hasLeft) return;
      const borne = BigInt(payment.borne ?? 0);
      balances.add(wallet, -borne);
      balances.add('losses', borne - amount);
      balances.add('clearing', amount);
      return;
    }
    default:
      throw new Error(`A payment of the kind ${payment.kind} is new here.`);
  }
}
