import { z } from 'zod';

/** No timer is set for longer than this; a feed ends by its own maximum age long before. */
const TIMER_MAX_MS = 24 * 60 * 60 * 1_000;

const claims = z.object({ exp: z.number().positive() });

/**
 * When an access token ends, in epoch milliseconds: the `exp` claim of a JWT (RFC 7519, section 4.1.4). The token was verified
 * before, so its claim can be believed. Null when it names no end.
 */
export function tokenEndMs(accessToken: string): number | null {
  const payload = accessToken.split('.')[1];
  if (payload === undefined) return null;
  try {
    const parsed = claims.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
    return parsed.success ? parsed.data.exp * 1_000 : null;
  } catch {
    return null;
  }
}

/** Aborts with the request or when the token ends, whichever comes first. */
export function untilTokenEnds(
  signal: AbortSignal | undefined,
  accessToken: string | null,
  nowMs: number,
): AbortSignal {
  const signals = signal === undefined ? [] : [signal];
  const endMs = accessToken === null ? null : tokenEndMs(accessToken);
  if (endMs !== null) {
    signals.push(AbortSignal.timeout(Math.min(Math.max(0, Math.ceil(endMs - nowMs)), TIMER_MAX_MS)));
  }
  return AbortSignal.any(signals);
}
