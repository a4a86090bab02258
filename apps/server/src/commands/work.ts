import { startWorker } from '../worker/worker.ts';
import { EXIT, wantNoArguments, type CommandContext, type ExitStatus } from './command.ts';
import { readInstallation } from './open-installation.ts';
import { runUntilStopped } from './run-until-stopped.ts';
import { startProduct } from './start-product.ts';

/** Runs jobs: everything that talks to machines. Any number may run. */
export async function runWork(args: readonly string[], context: CommandContext): Promise<ExitStatus> {
  wantNoArguments(args);
  const { config, log } = readInstallation(context);
  await runUntilStopped({
    stopped: context.stopped,
    log,
    starts: startProduct({ config, log, compose: context.compose }, [
      async (composition, watch) => {
        const worker = await startWorker({ composition, log, ...watch, concurrency: config.worker.concurrency });
        return { name: 'The worker', stop: async () => worker.stop() };
      },
    ]),
    onStarted: () => {
      context.print('Working. Ctrl-C stops it.');
      log.info({ concurrency: config.worker.concurrency }, 'Working');
    },
  });
  return EXIT.ok;
}
