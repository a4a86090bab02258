import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 150;

/**
 * Looks again and again until there is an answer.
 * @param what completes the sentence "Waited 60 s for …"
 * @param look null while there is no answer yet; throws when there will be none
 * @throws Error when the limit is over
 */
export async function waitFor<Answer>(
  what: string,
  limitMs: number,
  look: () => Promise<Answer | null>,
): Promise<Answer> {
  const giveUpAt = Date.now() + limitMs;
  for (;;) {
    const answer = await look();
    if (answer !== null) return answer;
    if (Date.now() >= giveUpAt) throw new Error(`Waited ${String(Math.round(limitMs / 1_000))} s for ${what}.`);
    await sleep(LOOK_EVERY_MS);
  }
}
