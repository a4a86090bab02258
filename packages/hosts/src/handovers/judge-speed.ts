import type { HandoverCheck } from '@rsm/domain/handovers/handover';

export interface SpeedTolerance {
  /** Share of the measured speed below which a machine is too slow. */
  readonly ratioMin: number;
  /** Share above which it is not the machine that was measured: somebody faster answered. */
  readonly ratioMax: number;
}

/** Stated in docs/trust.md, which a test compares. */
export const SPEED_TOLERANCE: SpeedTolerance = { ratioMin: 0.7, ratioMax: 4 };

/** What came of the runs of one figure. */
export type SpeedFinding =
  | { readonly kind: 'measured'; readonly best: number; readonly runs: number; readonly python: string }
  | { readonly kind: 'wrong'; readonly detail: string }
  | { readonly kind: 'not_measured'; readonly reason: string };

/** Holds the best of several runs against what was measured for the listing. */
export function judgeSpeed(
  id: 'speed_one_thread' | 'speed_all_threads',
  finding: SpeedFinding,
  expected: { readonly squaringsPerSecond: number; readonly python: string } | null,
  options: { readonly tolerance: SpeedTolerance; readonly renterIsBusy: boolean },
): HandoverCheck {
  const { ratioMax, ratioMin } = options.tolerance;
  const limits = `${percent(ratioMin)} to ${percent(ratioMax)} of the speed measured for the listing`;
  const required =
    expected === null ? limits : `${limits}, which was ${written(expected.squaringsPerSecond)} squarings/s`;
  if (finding.kind === 'wrong') {
    return { id, actual: `no valid proof: ${finding.detail}`.slice(0, 500), required, verdict: 'failed' };
  }
  if (finding.kind === 'not_measured' || expected === null) {
    const reason = finding.kind === 'not_measured' ? finding.reason : 'there is nothing to compare with';
    return { id, actual: `not measured: ${reason}`, required, verdict: 'not_measured' };
  }
  const ratio = finding.best / expected.squaringsPerSecond;
  const actual = `${written(finding.best)} squarings/s (${percent(ratio)}), the best of ${String(finding.runs)}`;
  if (ratio >= ratioMin && ratio <= ratioMax) {
    return finding.python === expected.python
      ? { id, actual, required, verdict: 'passed' }
      : not(`${actual}; not comparable: Python ${finding.python} instead of ${expected.python}`);
  }
  if (finding.python !== expected.python) {
    return not(`${actual}; not comparable: Python ${finding.python} instead of ${expected.python}`);
  }
  // The renter is let in already: what he runs takes his own machine's speed and is nobody's fault.
  if (ratio < ratioMin && options.renterIsBusy) return not(`${actual}; the renter's own programs ran at the same time`);
  return { id, actual, required, verdict: 'failed' };

  function not(text: string): HandoverCheck {
    return { id, actual: text, required, verdict: 'not_measured' };
  }
}

function percent(ratio: number): string {
  return `${String(Math.round(100 * ratio))} %`;
}

function written(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
