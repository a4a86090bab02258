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
    let timer: NodeJS.Timeout | undefined;
    let isStopped = false;
    const schedule = (): void => {
      if (!isStopped) timer = setTimeout(runOnce, intervalMs);
    };
    // The next pause begins when the work has ended, so that it never runs twice at once. It must not reject.
    const runOnce = (): void => {
      run().then(schedule, schedule);
    };
    schedule();
    return () => {
      isStopped = true;
      clearTimeout(timer);
    };
  },
};
