import { Logger as GraphileLogger } from 'graphile-worker';
import type { Logger } from '../logging.ts';

/** graphile-worker's log lines in ours. Each finished job is a line of level debug: there are many. */
export function createGraphileLogger(log: Logger): GraphileLogger {
  return new GraphileLogger((scope) => (level, message, meta) => {
    const lines = { part: scope.label, ...(meta['error'] === undefined ? {} : { err: meta['error'] }) };
    switch (level) {
      case 'error':
        log.error(lines, firstLineOf(message));
        break;
      case 'warning':
        log.warn(lines, firstLineOf(message));
        break;
      case 'info':
      case 'debug':
        log.debug(lines, firstLineOf(message));
        break;
    }
  });
}

/** A failed job's message goes on with its stack, which the error beside it has already. */
function firstLineOf(message: string): string {
  return message.split('\n', 1)[0] ?? '';
}
