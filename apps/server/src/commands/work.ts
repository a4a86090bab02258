import { ensureSchema, openDatabase } from '../database.ts';
import type { Composition, OpenDatabase } from '../composition.ts';
import { startWorker } from '../worker/worker.ts';
import { EXIT, wantNoArguments, type CommandContext, type ExitStatus } from './command.ts';
import { readInstallation } from './open-installation.ts';
import { runUntilStopped } from './run-until-stopped.ts';

/** Runs jobs: everything that talks to machines. Any number may run. */
export async function runWork(args: readonly string[], context: CommandContext): Promise<ExitStatus> {
  wantNoArguments(args);
  const { config, log } = readInstallation(context);
  let database: OpenDatabase;
  let composition: Composition;
  await runUntilStopped({
    stopped: context.stopped,
    log,
    starts: [
      async () => {
        database = await openDatabase(config, log);
        return { name: 'The database', stop: async () => database.close() };
      },
      async () => {
        await ensureSchema(config, database, log);
        composition = await context.compose({ config, database, log });
        return { name: 'The services', stop: async () => composition.close() };
      },
      async () => {
        const worker = await startWorker({ composition, log, concurrency: config.worker.concurrency });
        return { name: 'The worker', stop: async () => worker.stop() };
      },
    ],
    onStarted: () => {
      context.print('Working. Ctrl-C stops it.');
      log.info({ concurrency: config.worker.concurrency }, 'Working');
    },
  });
  return EXIT.ok;
}
