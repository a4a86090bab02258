import { useEffect, useState } from 'react';

/** The time, as of the last step: what says "now" on the screen moves on by itself. */
export function useNow(stepMs: number): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNowMs(Date.now()), stepMs);
    return () => window.clearInterval(timer);
  }, [stepMs]);
  return nowMs;
}
