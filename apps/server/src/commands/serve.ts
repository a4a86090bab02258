import { withDemoPort } from '../http/demo-port.ts';
import { startHttp } from '../http/start-http.ts';
import { EXIT, wantNoArguments, type CommandContext, type ExitStatus } from './command.ts';
import { readInstallation } from './open-installation.ts';
import { returnMemory } from './return-memory.ts';
import { runUntilStopped } from './run-until-stopped.ts';
import { startProduct } from './start-product.ts';

/** Answers requests. Any number may run behind a load balancer. */
export async function runServe(args: readonly string[], context: CommandContext): Promise<ExitStatus> {
  wantNoArguments(args);
  const { config: wanted, log } = readInstallation(context);
  const config = await withDemoPort(wanted, context.warn);
  await runUntilStopped({
    stopped: context.stopped,
    log,
    starts: startProduct({ config, log, compose: context.compose }, [
      async (composition, watch) => {
        await returnMemory();
        const http = await startHttp({ ...config.http, composition, log, ...watch });
        return { name: 'The HTTP server', stop: async () => http.stop() };
      },
    ]),
    onStarted: () => {
      context.print(`Listening at ${config.http.publicUrl}`);
      log.info({ host: config.http.host, port: config.http.port, publicUrl: config.http.publicUrl }, 'Listening');
    },
  });
  return EXIT.ok;
}
