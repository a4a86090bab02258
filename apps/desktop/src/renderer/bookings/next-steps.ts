import type { BookingHistoryRead } from '@rsm/api/schemas/bookings';
import { PROVISIONING_LIMIT_MS, type BookingStatus } from '@rsm/domain/bookings/booking';
import { formatClockMinutes } from './moment-words.ts';
import type { BookingMoments, BookingViewer } from './booking-moments.ts';

/** Setting access up takes seconds; after this the start counts as delayed on screen. */
const DELAYED_AFTER_MS = 120_000;

/** Whether a start that should have been is still waited for. */
export function isDelayed(moments: BookingMoments, nowMs: number): boolean {
  const waits = moments.status === 'scheduled' || moments.status === 'provisioning';
  return waits && (moments.delayReason !== null || nowMs >= moments.startMs + DELAYED_AFTER_MS);
}

/** Until when a late start is waited for: 60 minutes, and never beyond the end, which stays. */
function startLimitMs({ endMs, startMs }: BookingMoments): number {
  return Math.min(startMs + PROVISIONING_LIMIT_MS, endMs);
}

/** What happens next, in a sentence or two. */
export function whatNext(moments: BookingMoments, nowMs: number, viewer: BookingViewer): string {
  const isRenter = viewer === 'renter';
  const limit = formatClockMinutes(startLimitMs(moments));
  switch (moments.status) {
    case 'scheduled':
    case 'provisioning': {
      if (moments.isLeaving) return 'The booking is being cancelled. The whole maximum goes back.';
      if (isDelayed(moments, nowMs)) {
        const why = moments.delayReason ?? 'The machine does not answer, or its last clean-up is not verified.';
        const waits = `The start is delayed. ${why} It is tried again until ${limit}; after that the booking fails and everything goes back.`;
        return isRenter
          ? `${waits} The end stays, only ready time is charged, and you may leave free of charge at any time until access works.`
          : waits;
      }
      if (moments.status === 'scheduled' && nowMs < moments.startMs) {
        return isRenter
          ? 'Access is set up at the start, by itself. Nothing is charged before it works.'
          : 'At the start access is set up by itself.';
      }
      return 'Access is being set up. This usually takes less than a minute.';
    }
    case 'active':
      if (moments.isEnding) return 'The end was asked for. Access is about to be taken away.';
      if (!isRenter) return 'The renter has access until the end. Then the machine is cleaned and checked.';
      return 'You have access until the end. Nothing survives it: take your data home before.';
    case 'revoking':
      return 'Access is being taken away: processes are asked to end and are killed 60 seconds later. Then the used part is charged and the rest goes back.';
    case 'wiping':
      return isRenter
        ? 'The traces are removed, and other code looks for them over a second connection. The signed report comes next.'
        : 'The traces are removed, and other code looks for them over a second connection. Your share becomes yours when that is verified.';
    case 'quarantined':
      return isRenter
        ? 'The clean-up is not verified, so nobody gets this machine. What you pay does not depend on it.'
        : 'The clean-up is not verified: the machine is in quarantine and your share waits. Run the clean-up again.';
    case 'completed':
      return isRenter ? 'All is done. The signed report stays here.' : 'All is done. Your share is yours.';
    case 'cancelled':
      return 'Cancelled before access worked. There is nothing left to do.';
    case 'failed':
      return 'Access never worked. The whole maximum went back.';
  }
}

export interface TimelineStep {
  readonly key: string;
  readonly status: BookingStatus;
  readonly state: 'done' | 'current' | 'planned';
  /** Null when nobody can know it yet. */
  readonly at: Date | null;
  readonly note: string | null;
}

/** How long the clean-up is planned to take, for the last planned step. */
export interface TimelinePlan {
  readonly turnaroundMs: number;
}

/** What was, what is, and what is planned. */
export function timelineOf(
  moments: BookingMoments,
  plan: TimelinePlan,
  changes: BookingHistoryRead['changes'],
): readonly TimelineStep[] {
  const past = changes.map<TimelineStep>((change, index) => ({
    key: `past-${String(index)}`,
    status: change.to,
    state: index === changes.length - 1 && moments.status === change.to && isPassing(change.to) ? 'current' : 'done',
    at: change.at,
    note: change.reason,
  }));
  const planned = plannedSteps(moments, plan).map<TimelineStep>((step) => ({
    key: `planned-${step.status}`,
    state: 'planned',
    ...step,
  }));
  return [...past, ...planned];
}

function isPassing(status: BookingStatus): boolean {
  return status !== 'completed' && status !== 'cancelled' && status !== 'failed';
}

type Planned = Pick<TimelineStep, 'status' | 'at' | 'note'>;

function plannedSteps(moments: BookingMoments, { turnaroundMs }: TimelinePlan): readonly Planned[] {
  const end = new Date(moments.endMs);
  const provisioning: Planned = { status: 'provisioning', at: new Date(moments.startMs), note: null };
  const active: Planned = { status: 'active', at: null, note: 'As soon as access works. Charged time begins here.' };
  const revoking: Planned = {
    status: 'revoking',
    at: moments.isEnding ? null : end,
    note: 'Access ends by itself, even if the machine can’t be reached then.',
  };
  const wiping: Planned = { status: 'wiping', at: null, note: 'The traces are removed and looked for.' };
  const completed: Planned = {
    status: 'completed',
    at: moments.isEnding ? null : new Date(moments.endMs + turnaroundMs),
    note: 'At the latest about then, with the signed report.',
  };
  const last: Planned = { ...completed, at: null, note: 'With the signed report.' };
  switch (moments.status) {
    case 'scheduled':
      return [provisioning, active, revoking, wiping, completed];
    case 'provisioning':
      return [active, revoking, wiping, completed];
    case 'active':
      return [revoking, wiping, completed];
    case 'revoking':
      return [wiping, last];
    case 'wiping':
      return [last];
    case 'quarantined':
      return [{ ...last, note: 'When the clean-up is verified after all, or an administrator decided.' }];
    case 'completed':
    case 'cancelled':
    case 'failed':
      return [];
  }
}
