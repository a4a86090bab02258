import { labNetwork } from '@rsm/lab';
import type { Config } from '../config.ts';
import { startDemoClient, type DemoClient } from './demo-client.ts';
import { startDemoMarket } from './demo-market.ts';
import { demoProvider, demoRenter } from './demo-people.ts';
import { removeRunningAddress, writeRunningAddress } from './running-address.ts';
import { API_PATH } from '../http/http-server.ts';
import { withDemoPort } from '../http/demo-port.ts';
import { startHttp, type RunningHttp } from '../http/start-http.ts';
import { startWorker } from '../worker/worker.ts';
import { EXIT, UsageError, wantNoArguments, type CommandContext, type ExitStatus } from '../commands/command.ts';
import { readInstallation } from '../commands/open-installation.ts';
import { runUntilStopped } from '../commands/run-until-stopped.ts';
import { startProduct } from '../commands/start-product.ts';

/** Runs the whole product on this machine, with people and lab machines to try it with. */
export async function runDemo(args: readonly string[], context: CommandContext): Promise<ExitStatus> {
  wantNoArguments(args);
  const { config: read, log } = readInstallation(context);
  if (read.mode !== 'demo')
    throw new UsageError('The demo runs with RSM_MODE=demo only; production has serve and work.');
  const config = withLabNetwork(await withDemoPort(read, context.warn));
  const url = config.http.publicUrl;
  let client: DemoClient;
  let http: RunningHttp;
  await runUntilStopped({
    stopped: context.stopped,
    log,
    starts: [
      // First, because building it takes longest; nothing waits for it.
      async () => (client = await Promise.resolve(startDemoClient({ ...context, platform: process.platform }))),
      ...startProduct({ config, log, compose: context.compose }, [
        async (composition, watch) => {
          const worker = await startWorker({ composition, log, ...watch, concurrency: config.worker.concurrency });
          return { name: 'The worker', stop: async () => worker.stop() };
        },
        async (composition, watch) => {
          http = await startHttp({ ...config.http, composition, log, ...watch });
          await writeRunningAddress(config.dataDir, url);
          return {
            name: 'The HTTP server',
            stop: async () => {
              await removeRunningAddress(config.dataDir);
              await http.stop();
            },
          };
        },
        () => {
          for (const line of welcome(url, config)) context.print(line);
          client.show(http, url);
          const { lab } = config.machines;
          const { dataDir } = config;
          return Promise.resolve(
            startDemoMarket({
              apiUrl: `${url}${API_PATH}`,
              dataDir,
              lab,
              labCacheDir: undefined,
              print: context.print,
            }),
          );
        },
      ]),
    ],
    onStarted: () => undefined,
  });
  return EXIT.ok;
}

/** The lab's hosts live in a private network, which the demo admits by name as an operator would. */
function withLabNetwork(config: Config): Config {
  return {
    ...config,
    machines: {
      ...config.machines,
      networks: [...config.machines.networks, labNetwork],
      controlAddresses: [...config.machines.controlAddresses.slice(0, 31), labNetwork],
    },
  };
}

function welcome(url: string, config: Config): readonly string[] {
  const mail = config.mail.kind === 'folder' ? `Mails are files in ${config.mail.directory}` : 'Mails go out by SMTP';
  return [
    '',
    'Remote Servers Marketplace: the demo is running, on this machine only.',
    '',
    `  Address    ${url}   (API below ${API_PATH}, keys at /.well-known/jwks.json)`,
    `  Data       ${config.dataDir}`,
    `  Mail       ${mail}`,
    '',
    `  Provider   ${demoProvider.email}   password ${demoProvider.password}`,
    `  Renter     ${demoRenter.email}   password ${demoRenter.password}`,
    '  Cards      4242424242424242 pays, 4000000000000002 is declined; no real money moves',
    '',
    '  Next       npm run tour     does the whole job once, step by step, in another terminal',
    '             npm run audit    checks what must always be true (when this is stopped)',
    '             Ctrl-C           stops everything; starting again keeps the data',
    '',
  ];
}
