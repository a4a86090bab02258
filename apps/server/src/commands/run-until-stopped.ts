import type { Logger } from '../logging.ts';

/** A running part of a process. */
export interface Part {
  readonly name: string;
  stop(): Promise<void>;
}

/** All parts together; each has limits of its own below it. A supervisor's patience is 30 s or more by default. */
const STOP_TIMEOUT_MS = 25_000;

/**
 * Starts the parts in order, waits for the stop signal and ends them in the opposite order. Whatever had started when a
 * later part fails is ended as well, so that nothing is left running.
 * @throws the error of the part that did not start, or an AggregateError of those that did not end in time
 */
export async function runUntilStopped(options: {
  readonly starts: readonly (() => Promise<Part>)[];
  readonly onStarted: () => void;
  readonly stopped: AbortSignal;
  readonly log: Logger;
}): Promise<void> {
  const running: Part[] = [];
  try {
    for (const start of options.starts) {
      if (options.stopped.aborted) return;
      running.push(await start());
    }
    options.onStarted();
    await aborted(options.stopped);
    options.log.info('Stopping');
  } finally {
    await stopAll(running.toReversed());
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  // An AbortSignal keeps no process alive, and a process with nothing but idle sockets must not end by itself.
  const alive = setInterval(() => undefined, 60_000);
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  clearInterval(alive);
}

async function stopAll(parts: readonly Part[]): Promise<void> {
  const failures: unknown[] = [];
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  for (const part of parts) {
    try {
      await within(Math.max(1_000, deadline - Date.now()), part.name, part.stop());
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be stopped in order.');
}

async function within(timeoutMs: number, name: string, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${name} did not stop within ${timeoutMs} ms.`)), timeoutMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
