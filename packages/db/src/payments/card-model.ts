import type { CardId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { Card } from '@rsm/domain/payments/card';
import type { ProcessorName } from '@rsm/domain/payments/payment';

import { RowModel } from '../common/row-model.ts';

export class CardModel extends RowModel {
  static override readonly tableName = 'cards';

  declare id: CardId;
  declare user_id: UserId;
  declare processor: ProcessorName;
  declare reference: string;
  declare brand: string;
  declare last_four: string;
  declare expiry_month: number;
  declare expiry_year: number;
  declare is_default: boolean;
  declare created_at: Instant;
  declare removed_at: Instant | null;

  override $instantColumns(): readonly string[] {
    return ['created_at', 'removed_at'];
  }

  toCard(): Card {
    return {
      id: this.id,
      userId: this.user_id,
      processor: this.processor,
      reference: this.reference,
      brand: this.brand,
      lastFour: this.last_four,
      expiryMonth: this.expiry_month,
      expiryYear: this.expiry_year,
      isDefault: this.is_default,
      createdAt: this.created_at,
      removedAt: this.removed_at,
    };
  }
}
