import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again until `probe` answers something, at most `timeoutMs`.
 * @throws Error that names `what` when the time is over.
 */
export async function waitUntil<T>(
  what: string,
  timeoutMs: number,
  probe: () => Promise<T | undefined> | T | undefined,
  pauseMs = 20,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await sleep(pauseMs);
  }
}
