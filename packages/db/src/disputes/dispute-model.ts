import type { BookingId, DisputeId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { AmountMicros, Currency } from '@rsm/domain/common/money';
import type { Dispute, DisputeOutcome, DisputeReason, DisputeSide, DisputeStatus } from '@rsm/domain/disputes/dispute';

import { RowModel } from '../common/row-model.ts';

/** Everything of a dispute but its evidence, which is read by itself: it may be large. */
export const disputeColumns = [
  'id',
  'booking_id',
  'renter_id',
  'provider_id',
  'opened_by',
  'reason',
  'text',
  'currency',
  'status',
  'evidence_sha256',
  'response',
  'responded_at',
  'outcome',
  'refund_micros',
  'decision_reason',
  'decided_by',
  'created_at',
  'closed_at',
] as const;

/** A row of `disputes` as far as `disputeColumns` go. */
export type DisputeRow = {
  readonly id: DisputeId;
  readonly booking_id: BookingId;
  readonly renter_id: UserId;
  readonly provider_id: UserId;
  readonly opened_by: DisputeSide;
  readonly reason: DisputeReason;
  readonly text: string;
  readonly currency: Currency;
  readonly status: DisputeStatus;
  readonly evidence_sha256: string;
  readonly response: string | null;
  readonly responded_at: Instant | null;
  readonly outcome: DisputeOutcome | null;
  readonly refund_micros: AmountMicros | null;
  readonly decision_reason: string | null;
  readonly decided_by: UserId | null;
  readonly created_at: Instant;
  readonly closed_at: Instant | null;
};

export class DisputeModel extends RowModel {
  static override readonly tableName = 'disputes';

  declare id: DisputeId;
  declare booking_id: BookingId;
  declare status: DisputeStatus;
  declare response: string | null;
  declare responded_at: Instant | null;
  declare outcome: DisputeOutcome | null;
  declare refund_micros: AmountMicros | null;
  declare decision_reason: string | null;
  declare decided_by: UserId | null;
  declare closed_at: Instant | null;

  override $instantColumns(): readonly string[] {
    return ['responded_at', 'closed_at'];
  }
}

export function toDispute(row: DisputeRow): Dispute {
  const { decided_by: decidedBy, decision_reason: reason, outcome, refund_micros: refund } = row;
  const isDecided = outcome !== null && refund !== null && reason !== null && decidedBy !== null;
  return {
    id: row.id,
    bookingId: row.booking_id,
    renterId: row.renter_id,
    providerId: row.provider_id,
    openedBy: row.opened_by,
    reason: row.reason,
    text: row.text,
    currency: row.currency,
    status: row.status,
    response: row.response,
    respondedAt: row.responded_at,
    evidenceSha256: row.evidence_sha256,
    decision: isDecided ? { outcome, refund, reason, decidedBy } : null,
    createdAt: row.created_at,
    closedAt: row.closed_at,
  };
}
