import type { DisputeDetail, DisputeView } from '@rsm/domain/disputes/disputes-service';
import { disputeEvidenceSchema } from '@rsm/domain/disputes/dispute-evidence';
import type { DisputeDetailRead, DisputeRead } from '../schemas/disputes.ts';
import { toTime, toTimeOrNull } from './common.ts';

/** Of the people only the names that the sides know of each other. */
export function toDisputeRead({ dispute, viewer }: DisputeView): DisputeRead {
  const { decision } = dispute;
  return {
    id: dispute.id,
    bookingId: dispute.bookingId,
    viewer,
    openedBy: dispute.openedBy,
    reason: dispute.reason,
    text: dispute.text,
    status: dispute.status,
    response: dispute.response,
    respondedAt: toTimeOrNull(dispute.respondedAt),
    decision:
      decision === null ? null : { outcome: decision.outcome, refundMicros: decision.refund, reason: decision.reason },
    currency: dispute.currency,
    evidenceSha256: dispute.evidenceSha256,
    listingTitle: dispute.listingTitle,
    renterName: dispute.renterName,
    providerName: dispute.providerName,
    createdAt: toTime(dispute.createdAt),
    closedAt: toTimeOrNull(dispute.closedAt),
  };
}

/** @throws ZodError when the evidence holds more than its schema names: better no evidence than what a side may not know */
export function toDisputeDetailRead(detail: DisputeDetail): DisputeDetailRead {
  const { document } = detail.evidence;
  return {
    dispute: toDisputeRead(detail),
    evidence: disputeEvidenceSchema.parse(JSON.parse(document)),
    evidenceDocument: document,
  };
}
