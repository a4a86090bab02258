import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTRPCClient } from '../api/trpc.ts';
import { skewOf } from './server-clock.ts';

/** A clock drifts by milliseconds in this time. */
const SKEW_FRESH_MS = 10 * 60_000;
const TICK_MS = 1_000;

/** How far the server's clock is ahead; 0 until it was asked. */
export function useServerSkew(): number {
  const client = useTRPCClient();
  const reading = useQuery({
    queryKey: ['server-clock'],
    queryFn: async () => {
      const sentMs = Date.now();
      const { time } = await client.server.info.query();
      return skewOf({ sentMs, receivedMs: Date.now(), serverMs: time.getTime() });
    },
    staleTime: SKEW_FRESH_MS,
    // Of no use after a restart: the clock may have been set.
    meta: { passing: true },
  });
  return reading.data ?? 0;
}

/** The server's time, each second. Only small parts use it, since they are drawn each time. */
export function useServerNow(): number {
  const skewMs = useServerSkew();
  const [localMs, setLocalMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setLocalMs(Date.now()), TICK_MS);
    return () => window.clearInterval(timer);
  }, []);
  return localMs + skewMs;
}
