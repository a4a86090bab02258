import type { BlockId, BookingId, OccupancyId, UnitId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { Block, BlockKind, Occupancy } from '@rsm/domain/occupancies/occupancy';

import { RowModel } from '../common/row-model.ts';

/** An occupancy as the statements select it: the range taken apart, because pg knows no range type. */
export type OccupancyRow = {
  readonly id: OccupancyId;
  readonly unit_id: UnitId;
  readonly start_at: Instant;
  readonly end_at: Instant;
  readonly booking_id: BookingId | null;
  readonly block_id: BlockId | null;
};

export type BlockRow = {
  readonly id: BlockId;
  readonly unit_id: UnitId;
  readonly kind: BlockKind;
  readonly note: string | null;
  readonly created_by: UserId;
  readonly created_at: Instant;
  readonly start_at: Instant;
  readonly end_at: Instant;
};

export class BlockModel extends RowModel {
  static override readonly tableName = 'blocks';

  declare id: BlockId;
  declare unit_id: UnitId;
  declare kind: BlockKind;
  declare note: string | null;
  declare created_by: UserId;
  declare created_at: Instant;

  override $instantColumns(): readonly string[] {
    return ['created_at'];
  }
}

/** @throws Error when the row belongs to nothing, which a constraint rules out. */
export function toOccupancy(row: OccupancyRow): Occupancy {
  const range = { start: row.start_at, end: row.end_at };
  const { id, unit_id: unitId, booking_id: bookingId, block_id: blockId } = row;
  if (bookingId !== null) return { id, unitId, range, of: { kind: 'booking', bookingId } };
  if (blockId !== null) return { id, unitId, range, of: { kind: 'block', blockId } };
  throw new Error(`Occupancy ${id} belongs to nothing.`);
}

export function toBlock(row: BlockRow): Block {
  return {
    id: row.id,
    unitId: row.unit_id,
    kind: row.kind,
    range: { start: row.start_at, end: row.end_at },
    note: row.note,
    createdBy: row.created_by,
    createdAt: row.created_at,
  };
}
