import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../../..');
const START_LIMIT_MS = 600_000;
const STOP_LIMIT_MS = 60_000;

/** The demo as `npm start` runs it, with its people, machines and folder of its own. */
export interface RunningDemo {
  readonly url: string;
  stop(): Promise<void>;
}

export const DEMO_RENTER = { email: 'renter@demo.example', password: 'demo-renter-password' } as const;
export const DEMO_PROVIDER = { email: 'provider@demo.example', password: 'demo-provider-password' } as const;

/** Starts the demo and waits until its market is filled. */
export async function startDemo(options: {
  readonly desktopOrigin: string;
  readonly lab: boolean;
}): Promise<RunningDemo> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rsm-demo-'));
  const port = await freePort();
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'apps/server/src/main.ts', 'demo'], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      RSM_DATA_DIR: dataDir,
      HTTP_PORT: String(port),
      DESKTOP_ORIGIN: options.desktopOrigin,
      ...(options.lab ? {} : { RSM_LAB: 'off' }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      await ended;
      clearTimeout(late);
    }
    await rm(dataDir, { recursive: true, force: true });
  };
  const startedAtMs = Date.now();
  const goal = options.lab ? 'The market is filled' : 'the demo is running';
  while (!text.includes(goal)) {
    if (
      /No demo machines|could not be filled/.test(text) ||
      child.exitCode !== null ||
      Date.now() - startedAtMs > START_LIMIT_MS
    ) {
      await stop();
      throw new Error(`The demo did not start: ${text}`);
    }
    await new Promise((done) => {
      setTimeout(done, 250);
    });
  }
  return { url: `http://127.0.0.1:${port}`, stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}
