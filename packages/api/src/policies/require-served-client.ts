import { DomainError } from '@rsm/domain/common/domain-error';
import { t } from '../trpc.ts';
import { isOlderVersion } from './client-version.ts';

/** Tells a client that is older than the oldest one served to update. `server.info` alone answers everybody. */
export const requireServedClient = t.middleware(async ({ ctx, next }) => {
  const { oldestClientVersion } = ctx.serverInfo;
  if (ctx.clientVersion !== null && isOlderVersion(ctx.clientVersion, oldestClientVersion)) {
    throw new DomainError('client_too_old', `This server serves clients from version ${oldestClientVersion} on.`, {
      remedy: 'Update the app and try again.',
    });
  }
  return next();
});
