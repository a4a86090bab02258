import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { DomainError } from '@rsm/domain/common/domain-error';
import { instant, type Instant } from '@rsm/domain/common/instant';
import { FakeMachines } from '../../testing/fake-machines.ts';
import { SettableClock } from '../../testing/settable-clock.ts';
import type { MachineAnswer } from './remote-machines.ts';

/** The clock on the wall. */
class WallClock extends SettableClock {
  override now(): Instant {
    return instant(Date.now());
  }
  override advance(): void {
    // Nobody but time itself moves it.
  }
}

/** A step takes up to so long before and after its effect, so that a kill often finds one half done. */
const STEP_MS_MAX = 120;

type Method = (...args: readonly unknown[]) => Promise<unknown>;

/**
 * Machines in this process, reached over HTTP by the product's processes: they survive every kill, and remember each effect.
 * @param random numbers from 0 to 1, for the length of each step
 */
export async function startMachineWorld(random: () => number) {
  const machines = new FakeMachines({ clock: new WallClock(new Date().toISOString()) });
  const pause = async (): Promise<void> => sleep(random() * STEP_MS_MAX);

  const methodOf = (url: string): Method => {
    const [, port = '', name = ''] = url.split('/');
    const ports = machines.ports as unknown as Readonly<Record<string, Readonly<Record<string, Method>>>>;
    const method = ports[port]?.[name];
    if (method === undefined) throw new Error(`There is no ${url}.`);
    return method;
  };

  const answer = async (url: string, body: string): Promise<MachineAnswer> => {
    const args = JSON.parse(body) as readonly unknown[];
    // What a clean-up did is told in the process that asked for it.
    const work = {
      ...(args.at(-1) as object),
      signal: new AbortController().signal,
      onStep: async () => undefined,
      onFindings: async () => undefined,
    };
    await pause();
    try {
      return { result: await methodOf(url)(...args.slice(0, -1), work) };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { error: { code: error.code, message: error.message } };
    } finally {
      await pause();
    }
  };

  const server = createServer((request, response) => {
    text(request)
      .then(async (body) => answer(request.url ?? '', body))
      .then((said) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said)))
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The machine world has no port.');
  return {
    machines,
    url: `http://127.0.0.1:${String(address.port)}`,
    close: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export type MachineWorld = Awaited<ReturnType<typeof startMachineWorld>>;
