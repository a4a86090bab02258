import { DomainError, unreachable } from '@rsm/domain/common/domain-error';
import type { BlockId, DataWipeId } from '@rsm/domain/common/ids';
import { MINUTE_MS, SECOND_MS, plusMs } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import type { Booking } from '@rsm/domain/bookings/booking';
import type { Actor } from '@rsm/domain/users/user';
import { LeaseLostError } from '@rsm/domain/workflows/workflow';
import { findViolations } from './booking-invariants.ts';
import type { Fault, HistoryCommand } from './history-commands.ts';
import { SEED_PRICE, type SeededListing, type SeededRenter } from './seeder.ts';
import type { TestProduct } from './test-product.ts';

/** Bookings that nothing will happen to any more. */
const FINAL = ['completed', 'cancelled', 'failed'];
const CLEAN_UP_ROUNDS_MAX = 60;

/** One history: two machines, three renters, and everything that commands do to them. */
export class HistoryWorld {
  readonly #product: TestProduct;
  readonly #machines: readonly SeededListing[];
  readonly #renters: readonly SeededRenter[];
  readonly #admin: Actor;
  readonly #bookings: { readonly booking: Booking; readonly renter: SeededRenter }[] = [];
  readonly #blocks: { readonly id: BlockId; readonly provider: Actor }[] = [];

  private constructor(
    product: TestProduct,
    people: { machines: readonly SeededListing[]; renters: readonly SeededRenter[]; admin: Actor },
  ) {
    this.#product = product;
    this.#machines = people.machines;
    this.#renters = people.renters;
    this.#admin = people.admin;
  }

  static async open(product: TestProduct): Promise<HistoryWorld> {
    const { jobs, seed } = product;
    await jobs.forgetProbes();
    const machines = [
      await seed.listing({ terms: { cancellationPolicy: 'moderate' } }),
      await seed.listing({ terms: { cancellationPolicy: 'strict' } }),
    ];
    const renters = [await seed.renter(), await seed.renter({ wallet: 10_000_000n }), await seed.renter()];
    return new HistoryWorld(product, { machines, renters, admin: await seed.admin() });
  }

  get bookings(): number {
    return this.#bookings.length;
  }

  /** Does it. That the product says no is fine; anything else that goes wrong is thrown. */
  async run(command: HistoryCommand): Promise<void> {
    try {
      await this.#do(command);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code === 'internal') throw error;
    }
  }

  /** What must not be: by the tables, and by what the machines would say. */
  async violations(): Promise<readonly string[]> {
    const { jobs, sql } = this.#product;
    const failures = jobs.failures
      .filter(({ error }) => !(error instanceof LeaseLostError))
      .map(
        ({ name, error }) =>
          `the job ${name} threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    return [...failures, ...(await findViolations(sql)), ...(await this.#machineViolations())];
  }

  /**
   * Heals every machine, cancels what has not begun, and lets time pass until all is over: every state has a way out.
   * @returns what is still open then
   */
  async finish(): Promise<readonly string[]> {
    const { jobs } = this.#product;
    for (const [index] of this.#machines.entries()) await this.run({ kind: 'fault', machine: index, fault: 'heal' });
    let open = await this.#open();
    for (let round = 0; round < CLEAN_UP_ROUNDS_MAX; round += 1) {
      for (const [index] of this.#machines.entries()) {
        if (await this.#isHostKeyOpen(index)) await this.run({ kind: 'confirm_host_key', machine: index });
      }
      for (const [index, { booking }] of this.#bookings.entries()) {
        // Nobody can do anything about one that is over; asking for it all the same is what the history itself did.
        if (!open.some(({ id }) => id === booking.id)) continue;
        await this.run({ kind: 'cancel', booking: index });
        await this.run({ kind: 'end_early', booking: index });
        await this.run({ kind: 'retry_wipe', booking: index });
      }
      await jobs.sweep();
      await jobs.advance(10 * MINUTE_MS, { stepMs: MINUTE_MS });
      open = await this.#open();
      if (open.length === 0) break;
    }
    // Machines of histories that are over must not be looked after for ever.
    for (const { machine, provider } of this.#machines) {
      if (open.length === 0) await this.#product.services.machines.retire(provider, { id: machine.id });
    }
    return open.map(({ text }) => text);
  }

  async #isHostKeyOpen(machine: number): Promise<boolean> {
    const { rows } = await this.#product.sql.query(
      `SELECT FROM machines WHERE id = $1 AND host_key_state <> 'pinned'`,
      [pick(this.#machines, machine).machine.id],
    );
    return rows.length > 0;
  }

  async #open(): Promise<readonly { readonly id: string; readonly text: string }[]> {
    const { sql } = this.#product;
    const { rows } = await sql.query<{ id: string; text: string }>(
      `SELECT b.id, format('booking %s is %s, its clean-up %s, its machine %s (%s)', b.id, b.status, coalesce(w.status, 'none'),
         m.status, m.quarantine_reason) AS text
       FROM bookings b JOIN machines m ON m.id = b.machine_id LEFT JOIN data_wipes w ON w.booking_id = b.id
       WHERE b.machine_id = ANY ($1) AND (b.status <> ALL ($2)
         OR w.status IN ('pending', 'running') OR (w.status IN ('failed', 'unverifiable') AND w.released_at IS NULL))`,
      [this.#machines.map(({ machine }) => machine.id), FINAL],
    );
    return rows;
  }

  /** No key works outside its booking's time, and no account is made or removed twice. */
  async #machineViolations(): Promise<readonly string[]> {
    const { clock, sql } = this.#product;
    const found: string[] = [];
    const { rows } = await sql.query<{ account_name: string; machine_id: string; open: boolean }>(
      `SELECT g.account_name, g.machine_id, b.start_at <= to_timestamp($2::float8 / 1000)
         AND b.end_at > to_timestamp($2::float8 / 1000) AND b.status IN ('provisioning', 'active', 'revoking', 'failed', 'cancelled')
         AS open
       FROM access_grants g JOIN bookings b ON b.id = g.booking_id WHERE g.machine_id = ANY ($1)`,
      [this.#machines.map(({ machine }) => machine.id), clock.now()],
    );
    for (const { fake, machine } of this.#machines) {
      for (const accountName of fake.accounts.keys()) {
        const grant = rows.find((row) => row.account_name === accountName && row.machine_id === machine.id);
        if (fake.admits(accountName, clock.now()) && grant?.open !== true) {
          found.push(`${accountName} can log in outside its booking`);
        }
      }
      const counts = new Map<string, number>();
      for (const { kind, accountName } of fake.effects) {
        if (kind === 'deadline_moved') continue;
        const key = `${kind} ${accountName}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      for (const [effect, count] of counts) if (count > 1) found.push(`${effect} happened ${String(count)} times`);
    }
    return found;
  }

  async #do(command: HistoryCommand): Promise<void> {
    const { clock, jobs, seed, services } = this.#product;
    switch (command.kind) {
      case 'book': {
        const renter = pick(this.#renters, command.renter);
        const { listing } = pick(this.#machines, command.machine);
        const start = command.inMinutes === null ? null : plusMs(clock.now(), command.inMinutes * MINUTE_MS);
        const durationMs = command.minutes * MINUTE_MS;
        this.#bookings.push({ booking: await seed.book(renter, listing, { start, durationMs }), renter });
        return;
      }
      case 'extend': {
        const chosen = maybe(this.#bookings, command.booking);
        if (chosen === null) return;
        const { booking } = await services.bookings.get(chosen.renter.actor, chosen.booking);
        await services.bookings.extend(chosen.renter.actor, {
          idempotencyKey: seed.key('extend'),
          id: booking.id,
          newEnd: plusMs(booking.end, command.minutes * MINUTE_MS),
          acceptedAdditional: null,
        });
        return;
      }
      case 'auto_extend': {
        const chosen = maybe(this.#bookings, command.booking);
        if (chosen === null) return;
        const { booking } = await services.bookings.get(chosen.renter.actor, chosen.booking);
        await services.bookings.setAutoExtend(chosen.renter.actor, {
          id: booking.id,
          stepMs: command.stepMinutes * MINUTE_MS,
          maximum: amountMicros(booking.holdAmount + BigInt(command.hours) * SEED_PRICE),
        });
        return;
      }
      case 'end_early':
      case 'cancel':
      case 'cancel_as_provider':
      case 'retry_wipe': {
        const chosen = maybe(this.#bookings, command.booking);
        if (chosen !== null) await this.#onBooking(command.kind, chosen);
        return;
      }
      case 'block': {
        const { machine, provider } = pick(this.#machines, command.machine);
        const start = plusMs(clock.now(), command.inMinutes * MINUTE_MS);
        const range = { start, end: plusMs(start, command.minutes * MINUTE_MS) };
        const block = await services.machines.blockTime(provider, {
          id: machine.id,
          kind: 'own_use',
          range,
          note: null,
        });
        this.#blocks.push({ id: block.id, provider });
        return;
      }
      case 'unblock': {
        const chosen = maybe(this.#blocks, command.block);
        if (chosen !== null) await services.machines.unblockTime(chosen.provider, { blockId: chosen.id });
        return;
      }
      case 'pass':
        await jobs.advance(command.minutes * MINUTE_MS, { stepMs: command.stepMinutes * MINUTE_MS });
        return;
      case 'sweep':
        await jobs.sweep();
        return;
      case 'fault':
        this.#fault(pick(this.#machines, command.machine), command.fault);
        return;
      case 'die': {
        const { fake } = pick(this.#machines, command.machine);
        fake.onVisit = ({ phase, step }) => {
          if (step !== command.step || phase !== command.phase) return undefined;
          fake.onVisit = null;
          return jobs.die();
        };
        return;
      }
      case 'confirm_host_key': {
        const { fake, machine, provider } = pick(this.#machines, command.machine);
        await services.machines.rescanHostKey(provider, { id: machine.id });
        await jobs.runDue();
        await services.machines.confirmHostKey(provider, { id: machine.id, fingerprint: fake.hostKey.fingerprint });
        return;
      }
      case 'release': {
        const { machine } = pick(this.#machines, command.machine);
        await services.machines.release(this.#admin, { id: machine.id, reason: 'Looked at it on site.' });
        return;
      }
      case 'pause':
      case 'publish': {
        const { listing, provider } = pick(this.#machines, command.machine);
        await services.listings[command.kind](provider, { id: listing.id });
        return;
      }
      case 'at_once':
        await Promise.all(command.commands.map((one) => this.run(one)));
        return;
      default:
        unreachable(command);
    }
  }

  async #onBooking(
    kind: 'end_early' | 'cancel' | 'cancel_as_provider' | 'retry_wipe',
    { booking, renter }: { readonly booking: Booking; readonly renter: SeededRenter },
  ): Promise<void> {
    const { services } = this.#product;
    const provider = this.#machines.find(({ machine }) => machine.id === booking.machineId)?.provider;
    if (provider === undefined) throw new Error('A booking has its machine.');
    switch (kind) {
      case 'end_early':
        await services.bookings.endEarly(renter.actor, booking);
        return;
      case 'cancel':
        await services.bookings.cancel(renter.actor, booking);
        return;
      case 'cancel_as_provider':
        await services.bookings.cancelAsProvider(provider, { id: booking.id, reason: 'The power fails.' });
        return;
      case 'retry_wipe': {
        const wipe: { readonly id: DataWipeId } = await services.dataWipes.getByBooking(provider, {
          bookingId: booking.id,
        });
        await services.dataWipes.retry(provider, wipe);
        return;
      }
      default:
        unreachable(kind);
    }
  }

  #fault({ fake }: SeededListing, fault: Fault): void {
    switch (fault) {
      case 'heal':
        fake.isUnreachable = false;
        fake.brokenSteps.clear();
        fake.leavesResidue = false;
        fake.verifierIsBlind = false;
        fake.onVisit = null;
        return;
      case 'unreachable':
        fake.isUnreachable = true;
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
      case 'blind_verifier':
        fake.verifierIsBlind = true;
        return;
      case 'host_key':
        fake.changeHostKey();
        return;
      case 'slow':
        // Once: without timers no lease is lengthened, so a machine that is always slow would never be done with.
        fake.onVisit = ({ phase }) => {
          if (phase === 'before') return;
          fake.onVisit = null;
          this.#product.clock.advance(40 * SECOND_MS);
        };
        return;
      default:
        unreachable(fault);
    }
  }
}

function pick<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('There is nothing to pick from.');
  return item;
}

function maybe<Item>(items: readonly Item[], index: number): Item | null {
  return items.length === 0 ? null : pick(items, index);
}
