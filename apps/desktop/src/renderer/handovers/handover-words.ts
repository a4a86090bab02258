import type { HandoverRead } from '@rsm/api/schemas/handovers';
import type { HandoverVerdict } from '@rsm/domain/handovers/handover';
import type { Tone } from '../ui/badge.tsx';

export const handoverVerdictWords: Readonly<Record<HandoverVerdict, { readonly label: string; readonly tone: Tone }>> =
  {
    passed: { label: 'Passed', tone: 'success' },
    failed: { label: 'Failed', tone: 'danger' },
    not_measured: { label: 'Not measured', tone: 'warning' },
  };

type Told = Pick<HandoverRead, 'state' | 'verdict' | 'hasLeftFree'>;

/** What came of it, in a sentence for one side. */
export function handoverSentence(
  { hasLeftFree, state, verdict }: Told,
  viewer: 'renter' | 'provider' | 'admin',
): string {
  if (state === 'running') return 'The machine is being compared with its listing; this takes some seconds.';
  if (state === 'none' || verdict === null) return 'Nothing was checked: access did not work for long enough.';
  const isRenter = viewer === 'renter';
  if (hasLeftFree) {
    return isRenter
      ? 'You left because of it: the whole maximum goes back to you.'
      : 'The renter left because of it and pays nothing. It counts in the reliability of the machine.';
  }
  switch (verdict) {
    case 'passed':
      return 'The machine was what its listing shows when access began.';
    case 'not_measured':
      return 'What could be looked at was as it should be; the rest is not known, which is not the same as good.';
    case 'failed':
      return isRenter
        ? 'The machine was not what its listing shows when access began.'
        : 'The machine was not what its listing shows. The renter may leave within 15 minutes of access and pay nothing.';
  }
}

/** Failed ones first, then what is not known: that is what somebody looks for. */
export function sortedChecks(checks: HandoverRead['checks']): HandoverRead['checks'] {
  const rank: Readonly<Record<HandoverVerdict, number>> = { failed: 0, not_measured: 1, passed: 2 };
  return checks.toSorted((a, b) => rank[a.verdict] - rank[b.verdict]);
}

/** How long the renter still may leave free of charge, in milliseconds; null when he may not (any more). */
export function freeLeaveLeftMs(
  { leaveFreeUntil, mayLeaveFree }: Pick<HandoverRead, 'leaveFreeUntil' | 'mayLeaveFree'>,
  nowMs: number,
): number | null {
  if (!mayLeaveFree || leaveFreeUntil === null) return null;
  const leftMs = leaveFreeUntil.getTime() - nowMs;
  return leftMs > 0 ? leftMs : null;
}
