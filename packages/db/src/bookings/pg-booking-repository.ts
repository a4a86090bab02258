import type {
  AutoExtend,
  Booking,
  BookingStateChange,
  BookingStatus,
  EndReason,
  PriceSegment,
} from '@rsm/domain/bookings/booking';
import type {
  BookingChange,
  BookingRepository,
  BookingSide,
  BookingSummary,
} from '@rsm/domain/bookings/booking-repository';
import { notFound } from '@rsm/domain/common/domain-error';
import type { BookingId, MachineId, UnitId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { AmountMicros } from '@rsm/domain/common/money';
import type { Page, PageRequest } from '@rsm/domain/common/page';
import type { PartialModelObject } from 'objection';

import type { Session } from '../common/session.ts';
import { wrongState } from '../common/status.ts';
import { timestamp } from '../common/timestamp.ts';
import { BookingModel, BookingStateChangeModel } from './booking-model.ts';
import { insertBooking } from './insert-booking.ts';
import { listBookings } from './list-bookings.ts';
import {
  findUncleanPredecessor,
  hasOpenByMachine,
  listDueBookings,
  listDueForAutoExtension,
  listDueForWeeklyCharge,
} from './booking-queries.ts';

/** Bookings with their price segments and their history. */
export class PgBookingRepository implements BookingRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async findById(id: BookingId): Promise<Booking | null> {
    const row = await this.#query().findById(id);
    return row?.toBooking() ?? null;
  }

  listBySide(side: BookingSide, request: PageRequest): Promise<Page<BookingSummary>> {
    return listBookings(this.#session, side, request);
  }

  async listStateChanges(id: BookingId): Promise<readonly BookingStateChange[]> {
    const rows = await BookingStateChangeModel.query(this.#session.connection).where({ booking_id: id }).orderBy('seq');
    return rows.map((row) => row.toBookingStateChange());
  }

  findUncleanPredecessor(unitId: UnitId, before: Booking): Promise<BookingId | null> {
    return findUncleanPredecessor(this.#session, unitId, before);
  }

  hasOpenByMachine(machineId: MachineId): Promise<boolean> {
    return hasOpenByMachine(this.#session, machineId);
  }

  listDue(now: Instant, limit: number): Promise<readonly { id: BookingId; status: BookingStatus }[]> {
    return listDueBookings(this.#session, now, limit);
  }

  listDueForAutoExtension(now: Instant, endMax: Instant, limit: number): Promise<readonly BookingId[]> {
    return listDueForAutoExtension(this.#session, now, endMax, limit);
  }

  listDueForWeeklyCharge(now: Instant, limit: number): Promise<readonly BookingId[]> {
    return listDueForWeeklyCharge(this.#session, now, limit);
  }

  insert(booking: Booking): Promise<void> {
    return insertBooking(this.#session, booking);
  }

  async lockById(id: BookingId): Promise<Booking | null> {
    // Two statements: the price segments are read after the lock was won, and so are as new as the row.
    const row = await this.#session.row<{ id: BookingId }>(
      'lock_booking',
      'SELECT id FROM bookings WHERE id = ? FOR NO KEY UPDATE',
      [id],
    );
    return row === null ? null : this.findById(row.id);
  }

  async changeStatus(
    id: BookingId,
    change: { from: BookingStatus; to: BookingStatus; reason: string | null; at: Instant; set?: BookingChange },
  ): Promise<void> {
    const { from, to, reason, at, set = {} } = change;
    const updated = await this.#session.refusing(
      BookingModel.query(this.#session.connection)
        .patch({ status: to, status_reason: reason, status_changed_at: at, ...changeColumns(set) })
        .where({ id, status: from }),
    );
    if (updated !== 1) throw wrongState('booking', from);
    await this.#session.rows(
      'record_booking_state_change',
      `INSERT INTO booking_state_changes (booking_id, seq, from_status, to_status, reason, at)
       SELECT ?, max(seq) + 1, ?, ?, ?, ? FROM booking_state_changes WHERE booking_id = ?`,
      [id, from, to, reason, timestamp(at), id],
    );
  }

  async extend(
    id: BookingId,
    change: { expected: BookingStatus; segment: PriceSegment; end: Instant; holdAmount: AmountMicros },
  ): Promise<void> {
    const updated = await this.#session.refusing(
      BookingModel.query(this.#session.connection)
        .patch({ end_at: change.end, hold_amount_micros: change.holdAmount })
        .where({ id, status: change.expected }),
    );
    if (updated !== 1) throw wrongState('booking', change.expected);
    await this.#session.rows(
      'insert_price_segment',
      `INSERT INTO booking_price_segments (booking_id, seq, start_at, end_at, price_per_hour_micros)
       SELECT ?, max(seq) + 1, ?, ?, ? FROM booking_price_segments WHERE booking_id = ?`,
      [id, timestamp(change.segment.start), timestamp(change.segment.end), change.segment.pricePerHour, id],
    );
  }

  async setAutoExtend(id: BookingId, autoExtend: AutoExtend | null): Promise<void> {
    const updated = await this.#session.refusing(
      BookingModel.query(this.#session.connection)
        .patch({
          auto_extend_step_ms: autoExtend === null ? null : BigInt(autoExtend.stepMs),
          auto_extend_maximum_micros: autoExtend?.maximum ?? null,
        })
        .where({ id }),
    );
    if (updated !== 1) throw notFound('booking');
  }

  async requestCancel(id: BookingId, at: Instant): Promise<boolean> {
    const updated = await BookingModel.query(this.#session.connection)
      .patch({ cancel_requested_at: at })
      .where({ id })
      .whereNull('cancel_requested_at');
    return updated === 1;
  }

  async requestEnd(id: BookingId, request: { at: Instant; by: EndReason; reason: string | null }): Promise<boolean> {
    const updated = await BookingModel.query(this.#session.connection)
      .patch({ end_requested_at: request.at, end_requested_by: request.by, status_reason: request.reason })
      .where({ id })
      .whereNull('end_requested_at');
    return updated === 1;
  }

  async settleWeek(
    id: BookingId,
    week: { readonly expectedWeeks: number; readonly settledAmount: AmountMicros },
  ): Promise<boolean> {
    const updated = await this.#session.refusing(
      BookingModel.query(this.#session.connection)
        .patch({ settled_amount_micros: week.settledAmount, settled_weeks: week.expectedWeeks + 1 })
        .where({ id, settled_weeks: week.expectedWeeks })
        .whereNull('charged_amount_micros'),
    );
    return updated === 1;
  }

  async settle(id: BookingId, money: { chargedAmount: AmountMicros; releasedAmount: AmountMicros }): Promise<boolean> {
    const updated = await this.#session.refusing(
      BookingModel.query(this.#session.connection)
        .patch({ charged_amount_micros: money.chargedAmount, released_amount_micros: money.releasedAmount })
        .where({ id })
        .whereNull('charged_amount_micros'),
    );
    return updated === 1;
  }

  #query() {
    return BookingModel.query(this.#session.connection).withGraphFetched('priceSegments');
  }
}

function changeColumns(set: BookingChange): PartialModelObject<BookingModel> {
  return {
    ...(set.endReason === undefined ? {} : { end_reason: set.endReason }),
    ...(set.readyAt === undefined ? {} : { ready_at: set.readyAt }),
    ...(set.accessEndedAt === undefined ? {} : { access_ended_at: set.accessEndedAt }),
    ...(set.deadlineAt === undefined ? {} : { deadline_at: set.deadlineAt }),
    ...(set.end === undefined ? {} : { end_at: set.end }),
    ...(set.brokenByProvider === undefined ? {} : { broken_by_provider: true }),
  };
}
