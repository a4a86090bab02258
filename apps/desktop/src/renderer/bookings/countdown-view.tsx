import { formatDuration } from '../format/time.ts';
import { cn } from '../ui/class-names.ts';
import type { BookingMoments } from './booking-moments.ts';
import { countdownOf, formatCountdown } from './countdown.ts';
import { useServerNow } from './use-server-now.ts';

/** A running countdown by the server's clock. A `timer` is not read aloud each second; screen readers ask for it. */
export function CountdownView({
  moments,
  size = 'line',
}: {
  readonly moments: BookingMoments;
  readonly size?: 'line' | 'large';
}) {
  const nowMs = useServerNow();
  const countdown = countdownOf(moments, nowMs);
  if (countdown === null) return null;
  const { label, remainingMs, isUrgent } = countdown;
  return (
    <span
      role="timer"
      aria-label={`${label} ${formatDuration(remainingMs)}`}
      className={cn(isUrgent && 'text-warning')}
    >
      <span aria-hidden>
        <span className={cn(size === 'large' ? 'block text-[13px] text-muted-foreground' : 'text-muted-foreground')}>
          {label}{' '}
        </span>
        <span className={cn('font-semibold tabular-nums', size === 'large' && 'text-2xl')}>
          {formatCountdown(remainingMs)}
        </span>
      </span>
    </span>
  );
}
