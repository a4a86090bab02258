import { LeaseLostError } from '@rsm/domain/workflows/workflow';
import { billOf, feeOf, type Bill } from './bill.ts';
import type { Bank } from './bank.ts';
import { expectedBalances, refundedOf, Balances } from './expected-balances.ts';
import { readFacts, type Facts } from './facts.ts';
import { brokenLaws } from './ledger-laws.ts';
import { readLedger } from './ledger-reading.ts';
import type { MoneyCast } from './money-cast.ts';
import type { MoneyModel } from './money-model.ts';
import type { MoneyStage } from './money-stage.ts';

/** Spending of one month, by renter. */
export interface Spending {
  readonly month: string;
  of(renter: string): bigint;
}

/**
 * Says what is wrong with everybody's money, by four witnesses that know nothing of each other: the laws of the ledger in SQL, a
 * model that computes every balance from what happened, the books of the bank, and what the product itself shows to people.
 */
export class MoneyOracle {
  readonly #stage: MoneyStage;
  readonly #cast: MoneyCast;
  readonly #model: MoneyModel;

  constructor(stage: MoneyStage, cast: MoneyCast, model: MoneyModel) {
    this.#stage = stage;
    this.#cast = cast;
    this.#model = model;
  }

  async violations(): Promise<readonly string[]> {
    const { bank, product } = this.#stage;
    // One connection answers one after the other; asking for all of it at once saves the waiting.
    const [facts, ledger, laws, shown] = await Promise.all([
      this.facts(),
      readLedger(product.sql, this.#people()),
      brokenLaws(product.sql),
      this.#shown(),
    ]);
    const bills = billsOf(facts, this.#model);
    const failures = product.jobs.failures.filter(({ error }) => !(error instanceof LeaseLostError));
    return [
      ...failures.map(({ error, name }) => `the job ${name} threw ${stackOf(error)}`),
      ...laws,
      ...wrongPrices(facts, this.#cast),
      ...wrongBills(facts, bills),
      ...wrongBalances(expectedBalances(facts, bills), ledger.balances),
      ...wrongShown(withHeld(expectedBalances(facts, bills), facts, bills), shown),
      ...wrongParts(facts, bills, ledger.parts),
      ...wrongByTheBank(facts, bank),
    ];
  }

  async facts(): Promise<Facts> {
    return readFacts(this.#stage.product.sql, {
      people: this.#people(),
      machines: this.#cast.machines.map(({ machine }) => machine.id),
    });
  }

  /** What renters have spent in the month that runs: of each booking what was set aside in it, less what came back in it. */
  async spending(): Promise<Spending> {
    const { clock, sql } = this.#stage.product;
    const month = new Date(clock.now()).toISOString().slice(0, 7);
    const { rows } = await sql.query<{ renter: string; spent: string }>({
      name: 'spending',
      text: `SELECT renter, sum(spent)::text AS spent FROM (
          SELECT b.renter_id AS renter, greatest(0, -sum(e.amount_micros)) AS spent
          FROM ledger_transfers t JOIN ledger_entries e ON e.transfer_id = t.id
          JOIN ledger_accounts a ON a.id = e.account_id AND a.kind = 'wallet'
          JOIN bookings b ON b.id = t.booking_id
          WHERE to_char(t.at AT TIME ZONE 'UTC', 'YYYY-MM') = $1 GROUP BY b.id, b.renter_id) booking
        GROUP BY renter`,
      values: [month],
    });
    const spent = new Map(rows.map((row) => [row.renter, BigInt(row.spent)]));
    return { month, of: (renter) => spent.get(renter) ?? 0n };
  }

  /** When nothing is on its way any more, the bank has to the last millionth what the ledger says. */
  async violationsAtRest(): Promise<readonly string[]> {
    const { bank, product } = this.#stage;
    const { balances } = await readLedger(product.sql, this.#people());
    const facts = await this.facts();
    const open = facts.payments.filter(({ status }) => status === 'pending');
    const atTheBank = -balances.of('clearing');
    return [
      ...open.map(({ id, kind }) => `payment ${id} (${kind}) is pending for ever`),
      ...(atTheBank === bank.balance()
        ? []
        : [`the ledger says that ${atTheBank} lie at the bank, and the bank has ${bank.balance()}`]),
    ];
  }

  /** What people see of their accounts. */
  async #shown(): Promise<Balances> {
    const { services } = this.#stage.product;
    const shown = new Balances();
    const wallets = this.#cast.renters.map(async ({ actor }) => {
      const { available, held } = await services.payments.wallet(actor);
      shown.add(`wallet ${actor.userId}`, available);
      shown.add(`held ${actor.userId}`, held);
    });
    const earnings = this.#cast.machines.map(async ({ provider }) => {
      const { available, pending } = await services.payments.earnings(provider);
      shown.add(`provider_available ${provider.userId}`, available);
      shown.add(`provider_pending ${provider.userId}`, pending);
    });
    await Promise.all([...wallets, ...earnings]);
    return shown;
  }

  #people(): readonly string[] {
    return [
      ...this.#cast.renters.map(({ actor }) => actor.userId),
      ...this.#cast.machines.map(({ provider }) => provider.userId),
    ];
  }
}

function wrongBalances(expected: Balances, ledger: Balances): readonly string[] {
  const accounts = new Set([...expected.accounts(), ...ledger.accounts()]);
  return [...accounts].flatMap((account) =>
    expected.of(account) === ledger.of(account)
      ? []
      : [`${account} is ${ledger.of(account)} and ought to be ${expected.of(account)}`],
  );
}

/** The same with what all bookings of a renter hold together, which is no account, but which he is shown. */
function withHeld(expected: Balances, facts: Facts, bills: ReadonlyMap<string, Bill>): Balances {
  for (const { id, renter } of facts.bookings) {
    const { hold = 0n, total = null, weeks = 0n } = bills.get(id) ?? {};
    if (total === null) expected.add(`held ${renter}`, hold - weeks);
  }
  return expected;
}

function wrongShown(expected: Balances, shown: Balances): readonly string[] {
  return shown
    .accounts()
    .filter((account) => expected.of(account) !== shown.of(account))
    .map((account) => `${account} is shown as ${shown.of(account)}`);
}

/** What provider, platform and renter got of a booking makes up its price. */
function wrongParts(facts: Facts, bills: ReadonlyMap<string, Bill>, parts: Balances): readonly string[] {
  return facts.bookings.flatMap(({ id }) => {
    const { hold = 0n, total = null } = bills.get(id) ?? {};
    if (total === null) return [];
    const kept = total - refundedOf(facts, id);
    const of = (part: string): bigint => parts.of(`${part} ${id}`);
    const isRight =
      kept >= 0n &&
      of('wallet') === -kept &&
      of('platform_revenue') === feeOf(kept) &&
      of('provider') === kept - feeOf(kept);
    if (isRight) return [];
    const got = `the renter ${hold + of('wallet')}, the platform ${of('platform_revenue')}, the provider ${of('provider')}`;
    return [`of booking ${id} with a price of ${hold} and a cost of ${kept} got ${got}`];
  });
}

function billsOf(facts: Facts, model: MoneyModel): ReadonlyMap<string, Bill> {
  return new Map(
    facts.bookings.map((booking) => {
      const probes = facts.probes.filter(({ machine }) => machine === booking.machine);
      return [booking.id, billOf(booking, probes, model.cancelledBy.get(booking.id) ?? null)] as const;
    }),
  );
}

/** Nobody changes a price in these histories, so each booking has that of its machine's listing. */
function wrongPrices(facts: Facts, cast: MoneyCast): readonly string[] {
  return facts.bookings.flatMap(({ id, machine: machineId, segments }) => {
    const listed = cast.machines.find(({ machine }) => machine.id === machineId)?.listing.pricePerHour;
    return segments
      .filter(({ price }) => BigInt(price) !== listed)
      .map(({ price }) => `booking ${id}: the price is ${price}, ought to be ${String(listed)}`);
  });
}

function wrongBills(facts: Facts, bills: ReadonlyMap<string, Bill>): readonly string[] {
  return facts.bookings.flatMap((booking) => {
    const bill = bills.get(booking.id);
    if (bill === undefined) return [];
    const earned = facts.earnings
      .filter((earning) => earning.booking === booking.id)
      .reduce((sum, { amount }) => sum + BigInt(amount), 0n);
    const most = bill.total !== null && bill.total > bill.weeks ? bill.total : bill.weeks;
    const charged = booking.charged === null ? null : BigInt(booking.charged);
    const says = (what: string, is: unknown, ought: unknown) =>
      is === ought
        ? []
        : [`booking ${booking.id} (${booking.status}): ${what} is ${String(is)}, ought to be ${String(ought)}`];
    return [
      ...says('the hold', BigInt(booking.hold), bill.hold),
      ...says('what weeks cost', BigInt(booking.settled), bill.weeks),
      ...says('the charge', charged, bill.total),
      ...says('what was earned', earned, most - feeOf(most)),
    ];
  });
}

/** Whatever the product takes for money, the bank has moved, once and of that amount; and the other way round. */
function wrongByTheBank(facts: Facts, bank: Bank): readonly string[] {
  const wrong: string[] = [];
  const counted = new Set<string>();
  for (const payment of facts.payments) {
    if (payment.kind !== 'top_up' || payment.status !== 'succeeded') continue;
    const charge = bank.charges.all().find(({ reference }) => reference === payment.reference);
    const isTrue = charge?.status === 'succeeded' && charge.amount === BigInt(payment.amount);
    if (!isTrue) wrong.push(`top-up ${payment.id} of ${payment.amount} never came from the bank`);
    if (counted.has(payment.reference ?? '')) wrong.push(`charge ${String(payment.reference)} was credited twice`);
    counted.add(payment.reference ?? '');
  }
  const sent = [
    ...bank.charges.all().map(({ amount, paymentId }) => ({ id: paymentId, amount, kind: 'top_up' })),
    ...bank.refunds.all().map(({ amount, id }) => ({ id, amount, kind: 'refund' })),
    ...bank.payouts.all().map(({ amount, id }) => ({ id, amount, kind: 'payout' })),
  ];
  for (const { amount, id, kind } of sent) {
    const payment = facts.payments.find((candidate) => candidate.id === id);
    if (payment?.kind !== kind || BigInt(payment.amount) !== amount) {
      wrong.push(`the bank was asked for ${amount} (${kind}) of a payment ${id} that is not written down so`);
    }
  }
  return wrong;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
