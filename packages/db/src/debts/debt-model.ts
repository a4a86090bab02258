import type { BookingId, DebtId, PaymentId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { AmountMicros, Currency } from '@rsm/domain/common/money';
import type { Debt, DebtSide } from '@rsm/domain/debts/debt';

import { RowModel } from '../common/row-model.ts';

export class DebtModel extends RowModel {
  static override readonly tableName = 'debts';

  declare id: DebtId;
  declare user_id: UserId;
  declare side: DebtSide;
  declare booking_id: BookingId | null;
  declare payment_id: PaymentId | null;
  declare amount_micros: AmountMicros;
  declare repaid_micros: AmountMicros;
  declare currency: Currency;
  declare created_at: Instant;

  override $instantColumns(): readonly string[] {
    return ['created_at'];
  }

  toDebt(): Debt {
    return {
      id: this.id,
      userId: this.user_id,
      side: this.side,
      bookingId: this.booking_id,
      paymentId: this.payment_id,
      amount: this.amount_micros,
      repaid: this.repaid_micros,
      currency: this.currency,
      createdAt: this.created_at,
    };
  }
}
