import { unreachable } from '@rsm/domain/common/domain-error';
import { MINUTE_MS, plusMs } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import type { Booking } from '@rsm/domain/bookings/booking';
import type { CardRenter, MoneyCast } from './money-cast.ts';
import type { MachineFault, MoneyCommand } from './money-commands.ts';
import type { MoneyModel } from './money-model.ts';
import type { MoneyStage } from './money-stage.ts';
import type { PaymentActions } from './payment-actions.ts';
import { pick } from './pick.ts';

type Command<Kind extends MoneyCommand['kind']> = Extract<MoneyCommand, { readonly kind: Kind }>;

/** A look at a machine speaks for two minutes at most, so in an outage one comes every two minutes. */
const LOOK_MS = 2 * MINUTE_MS;
const REASON = 'The power fails.';

/** What renters and providers do about bookings, and what becomes of the machines. */
export class BookingActions {
  readonly #stage: MoneyStage;
  readonly #cast: MoneyCast;
  readonly #model: MoneyModel;
  readonly #payments: PaymentActions;
  readonly #bookings: { readonly booking: Pick<Booking, 'id' | 'machineId'>; readonly renter: CardRenter }[] = [];

  constructor(stage: MoneyStage, cast: MoneyCast, model: MoneyModel, payments: PaymentActions) {
    this.#stage = stage;
    this.#cast = cast;
    this.#model = model;
    this.#payments = payments;
  }

  /** The booking that a number names, with the people of both sides. */
  chosen(index: number) {
    const { booking, renter } = pick(this.#bookings, index);
    return { booking, renter: renter.actor, provider: this.#providerOf(booking) };
  }

  async book(command: Command<'book'>): Promise<void> {
    const { clock, seed, services } = this.#stage.product;
    const renter = pick(this.#cast.renters, command.renter);
    const { listing } = pick(this.#cast.machines, command.machine);
    const start = command.inHours === null ? null : plusMs(clock.now(), command.inHours * 60 * MINUTE_MS);
    const wish = seed.wish(renter, listing, { start, durationMs: command.minutes * MINUTE_MS });
    const call = async (durationMs: number) => {
      const booking = await services.bookings.create(renter.actor, { ...wish, durationMs });
      if (this.#bookings.every((known) => known.booking.id !== booking.id)) {
        this.#bookings.push({ booking, renter });
        this.#model.bookings += 1;
      }
      return [booking.id];
    };
    const other = async () => call(wish.durationMs + MINUTE_MS);
    await this.#payments.keyed('book', wish.idempotencyKey, async () => call(wish.durationMs), other);
  }

  /** Books a machine that is not as promised, and leaves it; too late, that is refused, and the booking goes on. */
  async leaveFree({ afterMinutes, ...command }: Command<'leave_free'>): Promise<void> {
    const { clock, jobs, services } = this.#stage.product;
    const { fake, listing, provider } = pick(this.#cast.machines, command.machine);
    const known = this.#bookings.length;
    fake.handoverFault = 'other_people';
    try {
      await this.book({ ...command, kind: 'book', inHours: null });
      await jobs.runDue();
    } finally {
      fake.handoverFault = null;
    }
    const placed = this.#bookings.at(known);
    if (placed === undefined) return;
    clock.advance(afterMinutes * MINUTE_MS);
    try {
      await services.handovers.leave(placed.renter.actor, { id: placed.booking.id });
    } finally {
      // Its provider puts it right; a listing that was never paused stays as it is.
      const { listing: now } = await services.listings.get(provider, { id: listing.id });
      if (now.status === 'paused') await services.listings.publish(provider, { id: listing.id });
    }
  }

  async extend(command: Command<'extend'>): Promise<void> {
    const { seed, services } = this.#stage.product;
    const { booking, renter } = pick(this.#bookings, command.booking);
    const now = await services.bookings.get(renter.actor, booking);
    const newEnd = plusMs(now.booking.end, command.minutes * MINUTE_MS);
    const key = seed.key('extend');
    const call = async (end: typeof newEnd) => {
      const wish = { idempotencyKey: key, id: booking.id, newEnd: end, acceptedAdditional: null };
      return [(await services.bookings.extend(renter.actor, wish)).id];
    };
    await this.#payments.keyed(
      'extend',
      key,
      async () => call(newEnd),
      async () => call(plusMs(newEnd, MINUTE_MS)),
    );
  }

  async autoExtend(command: Command<'auto_extend'>): Promise<void> {
    const { services } = this.#stage.product;
    const { booking, renter } = pick(this.#bookings, command.booking);
    const now = await services.bookings.get(renter.actor, booking);
    await services.bookings.setAutoExtend(renter.actor, {
      id: booking.id,
      stepMs: command.minutes * MINUTE_MS,
      maximum: amountMicros(now.booking.holdAmount + 20_000_000n),
    });
  }

  async onBooking(command: Command<'end_early' | 'cancel' | 'cancel_as_provider' | 'retry_wipe'>): Promise<void> {
    const { bookings, dataWipes } = this.#stage.product.services;
    const { booking, renter } = pick(this.#bookings, command.booking);
    const provider = this.#providerOf(booking);
    switch (command.kind) {
      case 'end_early':
        await bookings.endEarly(renter.actor, booking);
        return;
      case 'cancel':
        await bookings.cancel(renter.actor, booking);
        this.#noteCancelled(booking.id, 'renter');
        return;
      case 'cancel_as_provider':
        await bookings.cancelAsProvider(provider, { id: booking.id, reason: REASON });
        this.#noteCancelled(booking.id, 'provider');
        return;
      case 'retry_wipe':
        await dataWipes.retry(provider, await dataWipes.getByBooking(provider, { bookingId: booking.id }));
        return;
      default:
        unreachable(command.kind);
    }
  }

  async releaseMachine(command: Command<'release_machine'>): Promise<void> {
    const { machine } = pick(this.#cast.machines, command.machine);
    await this.#stage.product.services.machines.release(this.#cast.admin, { id: machine.id, reason: 'Looked at it.' });
  }

  /** The machine fails for some minutes, is looked at all the time, and is well again afterwards. */
  async outage(command: Command<'outage'>): Promise<void> {
    const { clock, jobs } = this.#stage.product;
    const { fake } = pick(this.#cast.machines, command.machine);
    if (command.as === 'down') fake.isUnreachable = true;
    else fake.isDegraded = true;
    for (let passedMs = 0; passedMs < command.minutes * MINUTE_MS; passedMs += LOOK_MS) {
      await jobs.sweep();
      clock.advance(LOOK_MS);
    }
    fake.isUnreachable = false;
    fake.isDegraded = false;
    await jobs.sweep();
  }

  fault(command: Command<'fault'>): void {
    const { fake } = pick(this.#cast.machines, command.machine);
    breakMachine(fake, command.fault);
  }

  /** Heals every machine and asks for the end of everything that is still open. @returns the calls that do it */
  async endEverything(tryTo: (work: () => Promise<void>) => Promise<void>): Promise<void> {
    for (const { fake } of this.#cast.machines) breakMachine(fake, 'heal');
    for (const [booking] of this.#bookings.entries()) {
      for (const kind of ['cancel', 'end_early', 'retry_wipe'] as const) {
        await tryTo(async () => this.onBooking({ kind, booking }));
      }
    }
  }

  #noteCancelled(id: string, by: 'renter' | 'provider'): void {
    if (!this.#model.cancelledBy.has(id)) this.#model.cancelledBy.set(id, by);
  }

  #providerOf({ machineId }: Pick<Booking, 'machineId'>) {
    const offer = this.#cast.machines.find(({ machine }) => machine.id === machineId);
    if (offer === undefined) throw new Error('A booking has its machine.');
    return offer.provider;
  }
}

function breakMachine(fake: MoneyCast['machines'][number]['fake'], fault: MachineFault): void {
  switch (fault) {
    case 'heal':
      fake.brokenSteps.clear();
      fake.leavesResidue = false;
      return;
    case 'broken_provision':
      fake.brokenSteps.add('provision');
      return;
    case 'broken_revoke':
      fake.brokenSteps.add('revoke');
      return;
    case 'broken_wipe':
      fake.brokenSteps.add('wipe');
      return;
    case 'residue':
      fake.leavesResidue = true;
      return;
    default:
      unreachable(fault);
  }
}
