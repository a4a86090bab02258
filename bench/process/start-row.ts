import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, chmod } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Row } from '../frame/row.ts';
import { spreadOf } from '../frame/spread.ts';

/** quality.md: data there, to the first answer. */
const START_MS_MAX = 5_000;
const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 30_000;
const LOOK_EVERY_MS = 20;
const ROOT = resolve(import.meta.dirname, '../..');

/** From `npm start` to the first answer over HTTP, on data that is there; the first start makes it and stands beside. */
export const startRow: Row = {
  name: 'start',
  title: 'Cold start of npm start to its first answer',
  run: async ({ quick, say }) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'rsm-bench-start-'));
    await chmod(dataDir, 0o755);
    try {
      const first = await startOnce(dataDir);
      say(`the first start, which makes the data: ${first.toFixed(0)} ms`);
      const starts: number[] = [];
      for (let round = 0; round < (quick ? 1 : 5); round += 1) starts.push(await startOnce(dataDir));
      return [
        {
          what: 'npm start, data there, to the first answer',
          unit: 'ms',
          measured: spreadOf(starts),
          beside: { what: 'the first start, without data', measured: spreadOf([first]) },
          goals: [{ atMost: START_MS_MAX, of: 'figure' as const }],
        },
      ];
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  },
};

/** Starts the demo as a person does, without lab machines, and stops it again. */
async function startOnce(dataDir: string): Promise<number> {
  const port = await freePort();
  const begin = performance.now();
  const child = spawn('npm', ['start', '--silent'], {
    cwd: ROOT,
    // A group of its own, because npm stands between.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, RSM_DATA_DIR: dataDir, HTTP_PORT: String(port), RSM_LAB: 'off', LOG_LEVEL: 'error' },
  });
  const ended = once(child, 'exit');
  let said = '';
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString('utf8')));
  try {
    for (;;) {
      const isThere = await fetch(`http://127.0.0.1:${String(port)}/api/v1/server.info`).then(
        async (response) => (await response.text(), response.ok),
        () => false,
      );
      if (isThere) return performance.now() - begin;
      if (child.exitCode !== null) throw new Error(`npm start ended: ${said}`);
      if (performance.now() - begin > START_LIMIT_MS) throw new Error(`npm start does not answer: ${said}`);
      await sleep(LOOK_EVERY_MS);
    }
  } finally {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
    await Promise.race([ended, sleep(STOP_LIMIT_MS, undefined, { ref: false })]);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('It listens on a port.');
  return address.port;
}
