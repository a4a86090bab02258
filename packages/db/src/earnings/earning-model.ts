import type { BookingId, EarningId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { AmountMicros, Currency } from '@rsm/domain/common/money';
import type { Earning } from '@rsm/domain/earnings/earning';

import { RowModel } from '../common/row-model.ts';

export class EarningModel extends RowModel {
  static override readonly tableName = 'earnings';

  declare id: EarningId;
  declare booking_id: BookingId;
  declare provider_id: UserId;
  declare part: number;
  declare amount_micros: AmountMicros;
  declare taken_micros: AmountMicros;
  declare currency: Currency;
  declare created_at: Instant;
  declare earned_at: Instant | null;
  declare reserved_until: Instant | null;
  declare disputed_at: Instant | null;
  declare available_at: Instant | null;

  override $instantColumns(): readonly string[] {
    return ['created_at', 'earned_at', 'reserved_until', 'disputed_at', 'available_at'];
  }

  toEarning(): Earning {
    return {
      id: this.id,
      bookingId: this.booking_id,
      providerId: this.provider_id,
      part: this.part,
      amount: this.amount_micros,
      taken: this.taken_micros,
      currency: this.currency,
      createdAt: this.created_at,
      earnedAt: this.earned_at,
      reservedUntil: this.reserved_until,
      disputedAt: this.disputed_at,
      availableAt: this.available_at,
    };
  }
}
