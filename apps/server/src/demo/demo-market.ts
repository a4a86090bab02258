import { join } from 'node:path';
import type { Lab } from '@rsm/lab';
import { prepareLab } from '@rsm/lab';
import type { Part } from '../commands/run-until-stopped.ts';
import type { DemoHost } from './fill-market.ts';
import { fillMarket } from './fill-market.ts';

const offers = [
  {
    id: 'demo-1',
    name: 'Demo machine 1',
    title: 'Quiet build server',
    description: 'A throw-away host on this computer: log in, look around, leave nothing behind.',
    pricePerHour: '0.60',
  },
  {
    id: 'demo-2',
    name: 'Demo machine 2',
    title: 'Second build server',
    description: 'The same computer behind it, another host: book both and compare.',
    pricePerHour: '0.90',
  },
] as const;

/**
 * Fills the market in the background: the product answers meanwhile. The people are there in any case, because the start
 * prints their passwords; where no lab host can be had, says why and leaves the market without machines.
 */
export function startDemoMarket(options: {
  readonly apiUrl: string;
  readonly dataDir: string;
  /** Whether lab hosts are wanted. */
  readonly lab: boolean;
  readonly labCacheDir: string | undefined;
  readonly print: (line: string) => void;
}): Part {
  const { apiUrl, dataDir, print } = options;
  let lab: Lab | undefined;
  let isStopping = false;

  async function fill(): Promise<void> {
    await fillMarket({ apiUrl, hosts: [], print });
    if (!options.lab || isStopping) return;
    const prepared = await prepareLab({ log: print, cacheDir: options.labCacheDir });
    if (!prepared.available) {
      print(`No demo machines: ${prepared.reason}. The market is empty; connect a machine of yours.`);
      return;
    }
    lab = prepared.lab;
    const hosts: DemoHost[] = [];
    for (const { id, ...offer } of offers) {
      if (isStopping) return;
      const persistent = { id, stateDir: join(dataDir, 'lab') };
      hosts.push({ ...offer, host: await lab.startHost({ flavour: 'debian', persistent }) });
    }
    if (!isStopping) await fillMarket({ apiUrl, hosts, print });
    print('The market is filled: two machines are verified, measured and listed.');
  }

  const filled = fill().catch((error: unknown) => {
    if (!isStopping) print(`The market could not be filled: ${error instanceof Error ? error.message : String(error)}`);
  });
  return {
    name: 'The demo machines',
    stop: async () => {
      isStopping = true;
      await lab?.stop();
      await filled;
    },
  };
}
