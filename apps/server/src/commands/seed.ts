import { parseArgs } from 'node:util';
import { fillMarket } from '../demo/fill-market.ts';
import { openMarket } from '../demo/market-client.ts';
import { readRunningAddress } from '../demo/running-address.ts';
import { API_PATH } from '../http/http-server.ts';
import { EXIT, UsageError, wantNoArguments, type CommandContext, type ExitStatus } from './command.ts';
import { readInstallation } from './open-installation.ts';

/** Makes the demo's people in a running server, through the public procedures alone. What is there already stays. */
export async function runSeed(args: readonly string[], context: CommandContext): Promise<ExitStatus> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { url: { type: 'string' } },
  });
  wantNoArguments(positionals);
  const { config } = readInstallation(context);
  const address = values.url ?? (await readRunningAddress(config.dataDir)) ?? config.http.publicUrl;
  if (!URL.canParse(address)) throw new UsageError(`"${address}" is no address such as http://127.0.0.1:4600.`);
  const apiUrl = `${address.replace(/\/+$/, '')}${API_PATH}`;
  const { mode } = await openMarket(apiUrl)
    .server.info.query()
    .catch((cause: unknown) => {
      throw new Error(`No server answers at ${apiUrl}. Start one with \`serve\`, or name it with --url.`, { cause });
    });
  // Everybody knows the passwords of these people.
  if (mode !== 'demo') throw new UsageError('That server runs in production, where demo people have no place.');
  await fillMarket({ apiUrl, hosts: [], print: context.print });
  context.print('The demo people are there: a provider with an open profile and a renter with money in the wallet.');
  return EXIT.ok;
}
