import type { Timers } from '@rsm/domain/common/timers';

/** Node's timers behind the domain's port. They keep no process alive: whoever waits holds something else open. */
export const systemTimers: Timers = {
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
  every: (intervalMs, run) => {
    let isRunning = false;
    const timer = setInterval(() => {
      if (isRunning) return;
      isRunning = true;
      void run().finally(() => {
        isRunning = false;
      });
    }, intervalMs);
    return () => {
      clearInterval(timer);
    };
  },
};
