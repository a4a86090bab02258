import type { CardId, PaymentId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { AmountMicros, Currency } from '@rsm/domain/common/money';
import type { Payment, PaymentKind, PaymentStatus, ProcessorName } from '@rsm/domain/payments/payment';

import { RowModel } from '../common/row-model.ts';

export class PaymentModel extends RowModel {
  static override readonly tableName = 'payments';

  declare id: PaymentId;
  declare user_id: UserId;
  declare kind: PaymentKind;
  declare status: PaymentStatus;
  declare processor: ProcessorName;
  declare processor_reference: string | null;
  declare amount_micros: AmountMicros;
  declare currency: Currency;
  declare note: string | null;
  declare created_by: UserId;
  declare created_at: Instant;
  declare settled_at: Instant | null;
  declare original_payment_id: PaymentId | null;
  declare card_id: CardId | null;
  declare is_automatic: boolean;
  declare action_url: string | null;
  declare next_check_at: Instant | null;
  declare borne_micros: AmountMicros | null;
  declare reversed_at: Instant | null;

  override $instantColumns(): readonly string[] {
    return ['created_at', 'settled_at', 'next_check_at', 'reversed_at'];
  }

  toPayment(): Payment {
    return {
      id: this.id,
      userId: this.user_id,
      kind: this.kind,
      status: this.status,
      processor: this.processor,
      processorReference: this.processor_reference,
      amount: this.amount_micros,
      currency: this.currency,
      note: this.note,
      createdBy: this.created_by,
      createdAt: this.created_at,
      settledAt: this.settled_at,
      originalPaymentId: this.original_payment_id,
      cardId: this.card_id,
      isAutomatic: this.is_automatic,
      actionUrl: this.action_url,
      nextCheckAt: this.next_check_at,
      borne: this.borne_micros,
      reversedAt: this.reversed_at,
    };
  }
}
