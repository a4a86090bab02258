import { amountMicros } from '@rsm/domain/common/money';
import type { DisputeId } from '@rsm/domain/common/ids';
import type { Actor } from '@rsm/domain/users/user';
import type { BookingActions } from './booking-actions.ts';
import type { MoneyCast } from './money-cast.ts';
import type { MoneyCommand } from './money-commands.ts';
import type { MoneyModel } from './money-model.ts';
import type { MoneyStage } from './money-stage.ts';
import type { PaymentActions } from './payment-actions.ts';
import { pick } from './pick.ts';

type Command<Kind extends MoneyCommand['kind']> = Extract<MoneyCommand, { readonly kind: Kind }>;

const CENT = 10_000n;
const TEXT = 'The machine was gone for half of the time.';

/** What people and an admin do about bookings of which they disagree. */
export class DisputeActions {
  readonly #stage: MoneyStage;
  readonly #cast: MoneyCast;
  readonly #model: MoneyModel;
  readonly #others: { readonly payments: PaymentActions; readonly bookings: BookingActions };
  readonly #disputes: { readonly id: DisputeId; readonly opener: Actor }[] = [];

  constructor(
    stage: MoneyStage,
    cast: MoneyCast,
    model: MoneyModel,
    others: { readonly payments: PaymentActions; readonly bookings: BookingActions },
  ) {
    this.#stage = stage;
    this.#cast = cast;
    this.#model = model;
    this.#others = others;
  }

  async open(command: Command<'dispute'>): Promise<void> {
    const { booking, ...sides } = this.#others.bookings.chosen(command.booking);
    const opener = sides[command.by];
    const wish = { bookingId: booking.id, reason: 'not_reachable', text: TEXT } as const;
    const { dispute } = await this.#stage.product.services.disputes.open(opener, wish);
    this.#disputes.push({ id: dispute.id, opener });
    this.#model.disputes += 1;
  }

  async withdraw(command: Command<'withdraw_dispute'>): Promise<void> {
    const { id, opener } = pick(this.#disputes, command.dispute);
    await this.#stage.product.services.disputes.withdraw(opener, { id });
  }

  async decide(command: Command<'decide_dispute'>): Promise<void> {
    const { seed, services } = this.#stage.product;
    const { id } = pick(this.#disputes, command.dispute);
    const idempotencyKey = seed.key('decide');
    const amount = command.outcome === 'partial' ? amountMicros(BigInt(command.cents + 1) * CENT) : null;
    const call = async (reason: string) => {
      const decision = { idempotencyKey, id, outcome: command.outcome, amount, reason };
      return [(await services.disputes.decide(this.#cast.admin, decision)).dispute.id];
    };
    const other = async () => call('Decided otherwise.');
    await this.#others.payments.keyed('decide_dispute', idempotencyKey, async () => call('Decided so.'), other);
  }
}
