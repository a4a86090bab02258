import type { HandoverView } from '@rsm/domain/handovers/handovers-service';
import type { HandoverRead } from '../schemas/handovers.ts';
import { toTimeOrNull } from './common.ts';

export function toHandoverRead({ handover, leaveFreeUntil, ...view }: HandoverView): HandoverRead {
  return {
    ...view,
    verdict: handover?.verdict ?? null,
    checks: handover === null ? [] : [...handover.checks],
    checkedAt: toTimeOrNull(handover?.checkedAt ?? null),
    hasRawOutput: handover !== null && handover.rawOutputSha256 !== null,
    leaveFreeUntil: toTimeOrNull(leaveFreeUntil),
  };
}
