import type { CommandLog, CommandLogEntry } from '@rsm/hosts';
import type { UnitOfWork } from '@rsm/domain/unit-of-work/unit-of-work';
import type { Logger } from './logging.ts';
import type { Metrics } from './metrics/metrics.ts';
import { noTracing, type Tracing } from './tracing/tracing.ts';

/** Entries that wait for the database at most; beyond it the oldest are dropped, and the log says how many. */
const BUFFER_MAX = 5_000;
const FLUSH_EVERY_MS = 500;
const BATCH_MAX = 200;

export interface CommandLogSink extends CommandLog {
  /** Writes what waits and stops. */
  close(): Promise<void>;
}

/**
 * Keeps every command that was sent to a machine, for the operator's log at once and for the provider's screen in batches:
 * `record` must never block SSH.
 */
export function createCommandLogSink(options: {
  readonly uow: UnitOfWork;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'commandEnded'>;
  readonly tracing?: Tracing;
}): CommandLogSink {
  const { log, metrics, tracing = noTracing, uow } = options;
  const waiting: CommandLogEntry[] = [];
  let dropped = 0;
  let flushing: Promise<void> = Promise.resolve();

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH_MAX);
      try {
        await uow.run((tx) =>
          tx.machines.insertCommands(
            batch.map(({ machineId, purpose, template, exitStatus, durationMs, outputBytes, startedAt }) => ({
              machineId,
              purpose,
              template,
              exitStatus,
              durationMs,
              outputBytes,
              startedAt,
            })),
          ),
        );
        waiting.splice(0, batch.length);
      } catch (error) {
        log.error({ err: error, waiting: waiting.length }, 'Commands could not be written down; trying again');
        return;
      }
    }
    if (dropped > 0) log.error({ dropped }, 'Commands were dropped from the log that providers see');
    dropped = 0;
  }

  const timer = setInterval(() => {
    flushing = flushing.then(flush);
  }, FLUSH_EVERY_MS);

  return {
    record(entry) {
      const { machineId, template, exitStatus, durationMs, outputBytes, outcome, purpose } = entry;
      log.info({ event: 'ssh_command', machineId, purpose, template, exitStatus, outcome, durationMs, outputBytes });
      metrics.commandEnded(entry);
      tracing.ended({
        kind: 'ssh',
        name: `ssh ${purpose}`,
        attributes: { 'rsm.machine_id': machineId, 'rsm.command': template, 'rsm.outcome': outcome },
        durationMs,
        hasFailed: outcome !== 'exited',
      });
      if (waiting.length >= BUFFER_MAX) {
        waiting.shift();
        dropped += 1;
      }
      waiting.push(entry);
    },
    async close() {
      clearInterval(timer);
      await flushing;
      await flush();
    },
  };
}
