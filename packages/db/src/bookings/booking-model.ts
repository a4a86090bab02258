import type { ChosenImage } from '@rsm/domain/access/container-image';
import type { Booking, BookingStateChange, BookingStatus, EndReason, PriceSegment } from '@rsm/domain/bookings/booking';
import type { BookingId, ListingId, MachineId, UnitId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { AmountMicros, Currency } from '@rsm/domain/common/money';
import type { CancellationPolicy } from '@rsm/domain/listings/listing';
import type { AccessMode } from '@rsm/domain/machines/machine';

import { RowModel } from '../common/row-model.ts';

/** Named one by one, because a prepared `SELECT *` fails after a migration that adds a column ("cached plan must not change result type"). */
export const PRICE_SEGMENT_COLUMNS = 'booking_id, seq, start_at, end_at, price_per_hour_micros';
export const BOOKING_COLUMNS = `
  id, listing_id, machine_id, unit_id, renter_id, provider_id, start_at, end_at, turnaround_ms, status,
  status_reason, status_changed_at, end_reason, access_mode, container_image, currency, fee_basis_points, cancellation_policy,
  hold_amount_micros, settled_amount_micros, settled_weeks, broken_by_provider, charged_amount_micros,
  released_amount_micros, ready_at, access_ended_at, cancel_requested_at, end_requested_at, end_requested_by,
  deadline_at, canary_consent, auto_extend_step_ms, auto_extend_maximum_micros, public_keys, created_at`;

export class BookingPriceSegmentModel extends RowModel {
  static override readonly tableName = 'booking_price_segments';
  static override readonly idColumn = ['booking_id', 'seq'];

  declare booking_id: BookingId;
  declare seq: number;
  declare start_at: Instant;
  declare end_at: Instant;
  declare price_per_hour_micros: AmountMicros;

  override $instantColumns(): readonly string[] {
    return ['start_at', 'end_at'];
  }

  toPriceSegment(): PriceSegment {
    return { start: this.start_at, end: this.end_at, pricePerHour: this.price_per_hour_micros };
  }
}

export class BookingModel extends RowModel {
  static override readonly tableName = 'bookings';

  declare id: BookingId;
  declare listing_id: ListingId;
  declare machine_id: MachineId;
  declare unit_id: UnitId;
  declare renter_id: UserId;
  declare provider_id: UserId;
  declare start_at: Instant;
  declare end_at: Instant;
  declare turnaround_ms: bigint;
  declare status: BookingStatus;
  declare status_reason: string | null;
  declare status_changed_at: Instant;
  declare end_reason: EndReason | null;
  declare access_mode: AccessMode;
  declare container_image: ChosenImage | null;
  declare currency: Currency;
  declare fee_basis_points: number;
  declare cancellation_policy: CancellationPolicy;
  declare hold_amount_micros: AmountMicros;
  declare settled_amount_micros: AmountMicros;
  declare settled_weeks: number;
  declare broken_by_provider: boolean;
  declare charged_amount_micros: AmountMicros | null;
  declare released_amount_micros: AmountMicros | null;
  declare ready_at: Instant | null;
  declare access_ended_at: Instant | null;
  declare cancel_requested_at: Instant | null;
  declare end_requested_at: Instant | null;
  declare end_requested_by: EndReason | null;
  declare deadline_at: Instant | null;
  declare canary_consent: boolean;
  declare auto_extend_step_ms: bigint | null;
  declare auto_extend_maximum_micros: AmountMicros | null;
  declare public_keys: string[];
  declare created_at: Instant;

  override $instantColumns(): readonly string[] {
    return [
      'start_at',
      'end_at',
      'status_changed_at',
      'ready_at',
      'access_ended_at',
      'cancel_requested_at',
      'end_requested_at',
      'deadline_at',
      'created_at',
    ];
  }

  override $documentColumns(): readonly string[] {
    return ['container_image'];
  }

  /** @param priceSegments in the order of their `seq` */
  toBooking(priceSegments: readonly BookingPriceSegmentModel[]): Booking {
    return {
      id: this.id,
      listingId: this.listing_id,
      machineId: this.machine_id,
      unitId: this.unit_id,
      renterId: this.renter_id,
      providerId: this.provider_id,
      start: this.start_at,
      end: this.end_at,
      turnaroundMs: Number(this.turnaround_ms),
      status: this.status,
      statusReason: this.status_reason,
      statusChangedAt: this.status_changed_at,
      endReason: this.end_reason,
      accessMode: this.access_mode,
      containerImage: this.container_image,
      priceSegments: priceSegments.map((segment) => segment.toPriceSegment()),
      currency: this.currency,
      feeBasisPoints: this.fee_basis_points,
      cancellationPolicy: this.cancellation_policy,
      holdAmount: this.hold_amount_micros,
      settledAmount: this.settled_amount_micros,
      settledWeeks: this.settled_weeks,
      chargedAmount: this.charged_amount_micros,
      releasedAmount: this.released_amount_micros,
      readyAt: this.ready_at,
      accessEndedAt: this.access_ended_at,
      cancelRequestedAt: this.cancel_requested_at,
      endRequestedAt: this.end_requested_at,
      endRequestedBy: this.end_requested_by,
      deadlineAt: this.deadline_at,
      canaryConsent: this.canary_consent,
      autoExtend:
        this.auto_extend_step_ms === null || this.auto_extend_maximum_micros === null
          ? null
          : { stepMs: Number(this.auto_extend_step_ms), maximum: this.auto_extend_maximum_micros },
      publicKeys: this.public_keys,
      createdAt: this.created_at,
    };
  }
}

export class BookingStateChangeModel extends RowModel {
  static override readonly tableName = 'booking_state_changes';
  static override readonly idColumn = ['booking_id', 'seq'];

  declare booking_id: BookingId;
  declare seq: number;
  declare from_status: BookingStatus | null;
  declare to_status: BookingStatus;
  declare reason: string | null;
  declare at: Instant;

  toBookingStateChange(): BookingStateChange {
    return { bookingId: this.booking_id, from: this.from_status, to: this.to_status, reason: this.reason, at: this.at };
  }
}
