import type { ListingId, MachineId, UnitId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { AmountMicros, Currency } from '@rsm/domain/common/money';
import type { WipeStrategyKind } from '@rsm/domain/data-wipes/data-wipe';
import type { CancellationPolicy, Listing, ListingStatus, Visibility } from '@rsm/domain/listings/listing';

import { RowModel } from '../common/row-model.ts';

export class ListingModel extends RowModel {
  static override readonly tableName = 'listings';

  declare id: ListingId;
  declare machine_id: MachineId;
  declare unit_id: UnitId;
  declare provider_id: UserId;
  declare title: string;
  declare description: string;
  declare price_per_hour_micros: AmountMicros;
  declare currency: Currency;
  declare duration_min_ms: bigint;
  declare duration_max_ms: bigint;
  declare cancellation_policy: CancellationPolicy;
  declare extra_wipe_strategies: WipeStrategyKind[];
  declare visibility: Visibility;
  declare status: ListingStatus;
  declare created_at: Instant;
  declare updated_at: Instant;

  override $instantColumns(): readonly string[] {
    return ['created_at', 'updated_at'];
  }

  toListing(): Listing {
    return {
      id: this.id,
      machineId: this.machine_id,
      unitId: this.unit_id,
      providerId: this.provider_id,
      title: this.title,
      description: this.description,
      pricePerHour: this.price_per_hour_micros,
      currency: this.currency,
      durationMinMs: Number(this.duration_min_ms),
      durationMaxMs: Number(this.duration_max_ms),
      cancellationPolicy: this.cancellation_policy,
      extraWipeStrategies: this.extra_wipe_strategies,
      visibility: this.visibility,
      status: this.status,
      createdAt: this.created_at,
      updatedAt: this.updated_at,
    };
  }
}
