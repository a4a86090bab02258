import { initTRPC } from '@trpc/server';
import type { ApiContext } from './context.ts';
import { formatError } from './errors/error-formatter.ts';
import type { Policy } from './policies/policy.ts';
import { transformer } from './transport/json-only.ts';

/** A feed says something at least so often, and its client connects again after so long a silence. */
export const FEED_TIMES = { pingIntervalMs: 15_000, client: { reconnectAfterInactivityMs: 40_000 } } as const;

/** The one tRPC instance: everything of it that the rest of the package uses is taken from here. */
export const t = initTRPC
  .context<ApiContext>()
  .meta<{ readonly policy: Policy }>()
  .create({
    transformer,
    errorFormatter: formatError,
    // Never, whatever NODE_ENV says: a stack is no client's business.
    isDev: false,
    defaultMeta: { policy: 'public' },
    sse: { ping: { enabled: true, intervalMs: FEED_TIMES.pingIntervalMs }, client: FEED_TIMES.client },
  });
