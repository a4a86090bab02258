import { CloudOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { formatClock } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { useLive } from './live-provider.tsx';

/** A short loss heals before anybody could read about it. */
const SHOWN_AFTER_MS = 1_500;

/** Says when the server can't be reached, and that what is shown may be old. Gone as soon as it is back. */
export function ConnectionBar() {
  const { state, retryNow } = useLive();
  const [shown, setShown] = useState(false);
  const lostSinceMs = state.kind === 'lost' ? state.sinceMs : null;
  useEffect(() => {
    if (lostSinceMs === null) {
      setShown(false);
      return undefined;
    }
    const timer = window.setTimeout(() => setShown(true), Math.max(0, lostSinceMs + SHOWN_AFTER_MS - Date.now()));
    return () => window.clearTimeout(timer);
  }, [lostSinceMs]);
  return (
    <div role="status" className="shrink-0">
      {shown && lostSinceMs !== null && (
        <div className="flex flex-wrap items-center justify-center gap-3 bg-warning-soft px-4 py-2 text-sm text-warning">
          <CloudOff className="size-4" aria-hidden />
          <span>
            The server does not answer since {formatClock(lostSinceMs)}. What you see was read before that; it is tried
            again all the time.
          </span>
          <Button size="sm" onClick={retryNow}>
            Try now
          </Button>
        </div>
      )}
    </div>
  );
}
