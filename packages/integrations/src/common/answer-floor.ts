import { setTimeout as sleep } from 'node:timers/promises';

/** Answers, failures too, no sooner than after `msMin`, so that how long the work took tells nothing. */
export async function answerNoSoonerThan<T>(msMin: number, work: () => Promise<T>): Promise<T> {
  const floor = sleep(msMin);
  try {
    return await work();
  } finally {
    await floor;
  }
}
