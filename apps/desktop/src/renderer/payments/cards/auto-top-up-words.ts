import type { AutoTopUpRead } from '@rsm/api/schemas/payments';
import { formatDateTimeZone } from '../../format/time.ts';
import type { Tone } from '../../ui/badge.tsx';

export interface AutoTopUpState {
  readonly label: string;
  readonly tone: Tone;
  /** What it means and what to do; null while it does what was asked for. */
  readonly sentence: string | null;
}

/** Whether the wallet is filled by itself at the moment, and why not. */
export function autoTopUpState(wish: Pick<AutoTopUpRead, 'stopped' | 'pausedUntil'> | null): AutoTopUpState {
  if (wish === null) return { label: 'Off', tone: 'neutral', sentence: null };
  if (wish.stopped !== null) {
    return {
      label: 'Stopped',
      tone: 'danger',
      sentence: `Since ${formatDateTimeZone(wish.stopped.at)}: ${wish.stopped.reason} Set it up anew when you want it again.`,
    };
  }
  if (wish.pausedUntil !== null) {
    return {
      label: 'Resting',
      tone: 'warning',
      sentence: `A limit is reached. It goes on by itself on ${formatDateTimeZone(wish.pausedUntil)}, or when you change it.`,
    };
  }
  return { label: 'On', tone: 'success', sentence: null };
}
