import { auditInvariants } from '@rsm/db';
import { DomainError, unreachable } from '@rsm/domain/common/domain-error';
import { HOUR_MS } from '@rsm/domain/common/instant';
import { BookingActions } from './booking-actions.ts';
import { DisputeActions } from './dispute-actions.ts';
import { makeCast, type MoneyCast } from './money-cast.ts';
import type { MoneyCommand } from './money-commands.ts';
import type { KeyedCall, MoneyModel } from './money-model.ts';
import { MoneyOracle, type Spending } from './money-oracle.ts';
import type { MoneyStage } from './money-stage.ts';
import { PaymentActions } from './payment-actions.ts';
import { pick } from './pick.ts';

const CLEAN_UP_ROUNDS_MAX = 12;
const OVER = ['completed', 'cancelled', 'failed'];

/** One history: a market, its bank, and everything that commands do to them. */
export class MoneyWorld {
  readonly stage: MoneyStage;
  readonly cast: MoneyCast;
  readonly #model: MoneyModel;
  readonly #payments: PaymentActions;
  readonly #bookings: BookingActions;
  readonly #disputes: DisputeActions;
  readonly #oracle: MoneyOracle;
  /** What calls themselves did wrong, beside the money. */
  readonly #complaints: string[] = [];

  private constructor(stage: MoneyStage, cast: MoneyCast, model: MoneyModel) {
    this.stage = stage;
    this.cast = cast;
    this.#model = model;
    this.#payments = new PaymentActions(stage, cast, model);
    this.#bookings = new BookingActions(stage, cast, model, this.#payments);
    this.#disputes = new DisputeActions(stage, cast, model, { payments: this.#payments, bookings: this.#bookings });
    this.#oracle = new MoneyOracle(stage, cast, model);
  }

  static async open(stage: MoneyStage, model: MoneyModel): Promise<MoneyWorld> {
    return new MoneyWorld(stage, await makeCast(stage), model);
  }

  /** Does it. That the product says no is fine; anything else that goes wrong is thrown. */
  async run(command: MoneyCommand): Promise<void> {
    const before = await this.#oracle.spending();
    await this.#tryTo(async () => this.#do(command));
    this.#complaints.push(...this.#oversteps(before, await this.#oracle.spending()));
  }

  /** What must not be; empty when all is well. */
  async violations(): Promise<readonly string[]> {
    return [...this.#complaints, ...(await this.#oracle.violations())];
  }

  /**
   * Lets everything come to its end: the bank answers and decides, machines are well, people end what they began, and time
   * passes. Every state has a way out, and then the bank's books and the ledger are the same.
   * @returns what is wrong then
   */
  async finish(): Promise<readonly string[]> {
    const { bank, product } = this.stage;
    bank.comeToRest();
    await this.#payments.clearAll();
    await this.run({ kind: 'reconcile' });
    await product.jobs.runDue();
    for (let round = 0; round < CLEAN_UP_ROUNDS_MAX && (await this.#open()).length > 0; round += 1) {
      await this.#bookings.endEverything(async (work) => this.#tryTo(work));
      await product.jobs.sweep();
      await product.jobs.advance(6 * HOUR_MS, { stepMs: HOUR_MS });
    }
    const open = await this.#open();
    if (open.length > 0) return [...open, ...(await this.violations())];
    const audit = await auditInvariants({ connection: product.sql });
    return [
      ...(await this.violations()),
      ...(await this.#oracle.violationsAtRest()),
      ...audit.flatMap(({ number, violations }) => violations.map((text) => `audit ${String(number)}: ${text}`)),
    ];
  }

  /** What has happened in it: a history in which nothing happens proves nothing. */
  async happened(): Promise<readonly string[]> {
    const { bookings, debts, disputes, earnings, payments } = await this.#oracle.facts();
    return [
      ...bookings.map(({ status }) => `booking ${status}`),
      ...bookings.filter(({ settledWeeks }) => settledWeeks > 0).map(() => 'booking charged by the week'),
      ...payments.map(({ kind, status }) => `${kind} ${status}`),
      ...earnings.filter(({ availableAt }) => availableAt !== null).map(() => 'earning available'),
      ...disputes.map(({ status }) => `dispute ${status}`),
      ...debts.map(({ side }) => `debt of a ${side}`),
    ];
  }

  async #open(): Promise<readonly string[]> {
    const { bookings, payments } = await this.#oracle.facts();
    // While the bank was down its events were tried in vain, and wait for their next turn.
    const waiting = await this.stage.product.sql.query<{ event_id: string }>(
      'SELECT event_id FROM processor_events WHERE applied_at IS NULL ORDER BY event_id',
    );
    return [
      ...waiting.rows.map(({ event_id: id }) => `event ${id} of the bank is not applied yet`),
      ...bookings
        .filter(({ readyAt, status, wipeIsDone }) => !OVER.includes(status) || (readyAt !== null && !wipeIsDone))
        .map(({ id, status }) => `booking ${id} is still ${status}`),
      ...payments.filter(({ status }) => status === 'pending').map(({ id, kind }) => `${kind} ${id} is still pending`),
    ];
  }

  /** Nobody spends more in a month than before while he is above the limit that he set for it. */
  #oversteps(before: Spending, after: Spending): readonly string[] {
    if (before.month !== after.month) return [];
    return [...this.#model.limits].flatMap(([renter, limit]) => {
      const [had, has] = [before.of(renter), after.of(renter)];
      return has > had && has > limit ? [`renter ${renter} spent ${has} in a month with a limit of ${limit}`] : [];
    });
  }

  async #tryTo(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof DomainError) || error.code === 'internal') throw error;
    }
  }

  async #do(command: MoneyCommand): Promise<void> {
    const { bank, product } = this.stage;
    const { jobs, workflows } = product;
    switch (command.kind) {
      case 'top_up':
        return this.#payments.topUp(command);
      case 'refund':
        return this.#payments.refund(command);
      case 'manual':
        return this.#payments.manual(command);
      case 'auto_top_up':
        return this.#payments.autoTopUp(command);
      case 'clear_auto_top_up':
        return this.#payments.clearAutoTopUp(command);
      case 'repeat':
        return this.#repeat(pick(this.#model.calls, command.call), command);
      case 'deliver':
        return this.#payments.deliver(command);
      case 'deliver_all':
        return this.#payments.deliverAll(command);
      case 'bank_settles':
        bank.deskOf(command.what).settle(command.which, command.isGood);
        return;
      case 'charge_back':
        bank.takeBack(command.charge, command.part);
        return;
      case 'decide_chargeback':
        bank.decide(command.which, command.as);
        return;
      case 'bank_down':
        bank.isDown = command.isDown;
        return;
      case 'book':
        return this.#bookings.book(command);
      case 'leave_free':
        return this.#bookings.leaveFree(command);
      case 'extend':
        return this.#bookings.extend(command);
      case 'auto_extend':
        return this.#bookings.autoExtend(command);
      case 'end_early':
      case 'cancel':
      case 'cancel_as_provider':
      case 'retry_wipe':
        return this.#bookings.onBooking(command);
      case 'payout':
        return this.#payments.payout(command);
      case 'payout_account':
        return this.#payments.payoutAccount(command);
      case 'dispute':
        return this.#disputes.open(command);
      case 'withdraw_dispute':
        return this.#disputes.withdraw(command);
      case 'decide_dispute':
        return this.#disputes.decide(command);
      case 'spending_limit':
        return this.#payments.limitSpending(command);
      case 'release_machine':
        return this.#bookings.releaseMachine(command);
      case 'outage':
        return this.#bookings.outage(command);
      case 'fault':
        this.#bookings.fault(command);
        return;
      case 'pass':
        return jobs.advance(command.hours * HOUR_MS, { stepMs: command.stepHours * HOUR_MS });
      case 'work':
        return jobs.runDue();
      case 'sweep':
        return jobs.sweep();
      case 'reconcile':
        await workflows['processor.reconcile'].run({}, { signal: new AbortController().signal });
        return;
      default:
        unreachable(command);
    }
  }

  /** The same key has the same answer, however often and from how many sides; with another input it is a conflict. */
  async #repeat(call: KeyedCall, how: { readonly times: number; readonly input: 'same' | 'other' }): Promise<void> {
    if (how.input === 'other') {
      if (call.answer === null || call.other === null) return;
      const outcome = await call.other().catch((error: unknown) => error);
      const isConflict = outcome instanceof DomainError && outcome.code === 'idempotency_conflict';
      if (!isConflict) this.#complaints.push(`${call.key} with another input was answered with ${String(outcome)}`);
      return;
    }
    const outcomes = await Promise.allSettled(Array.from({ length: how.times }, async () => call.again()));
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        if (!(outcome.reason instanceof DomainError) || outcome.reason.code === 'internal') throw outcome.reason;
        continue;
      }
      call.answer ??= outcome.value;
      const isSame = call.answer.join() === outcome.value.join();
      if (!isSame && !(await this.#isMadeGood(call, outcome.value))) {
        this.#complaints.push(`${call.key} was answered with ${call.answer.join()}, then with ${outcome.value.join()}`);
      }
    }
  }

  /** A top-up that was given up although its money arrived is made good by another payment, which then is the answer. */
  async #isMadeGood({ answer, operation }: KeyedCall, [id]: readonly string[]): Promise<boolean> {
    if (operation !== 'top_up') return false;
    const { payments } = await this.#oracle.facts();
    const [first, second] = [answer?.[0], id].map((one) => payments.find((payment) => payment.id === one));
    return second?.original === first?.id && first?.status !== 'succeeded';
  }
}
