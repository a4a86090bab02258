import { readFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { besideOf, type Row } from '../frame/row.ts';
import { spreadOf } from '../frame/spread.ts';
import { roundOf } from '../search/latencies.ts';
import { serveProduct } from '../search/serve.ts';
import { startChild } from './child.ts';
import { withScratchPostgres, type ScratchPostgres } from './scratch-postgres.ts';

/** quality.md */
const IDLE_MB_MAX = 150;
const CLIENTS = 8;
const SETTLE_MS = 2_000;

interface Held {
  readonly idleMb: number;
  readonly busyMb: number;
}

/** Resident memory of an http process that was asked once, and after seconds of searches, beside a process with Fastify alone. */
export const memoryRow: Row = {
  name: 'memory',
  title: 'Memory of an http process beside one with Fastify alone',
  run: async ({ quick, say }) =>
    withScratchPostgres(async (postgres) => {
      const [rounds, loadMs] = quick ? [1, 300] : [3, 5_000];
      const seen: { readonly product: Held; readonly beside: Held }[] = [];
      for (let round = 0; round < rounds; round += 1) {
        seen.push({ product: await ofProduct(postgres, loadMs), beside: await ofFastify(loadMs) });
        say(JSON.stringify(seen.at(-1)));
      }
      const figure = (what: string, which: keyof Held, limit: number | null) => {
        const held = besideOf(seen.map(({ beside, product }) => ({ product: product[which], beside: beside[which] })));
        return {
          what,
          unit: 'MB',
          measured: spreadOf(held.product),
          beside: { what: 'Fastify alone', measured: spreadOf(held.beside) },
          ratio: spreadOf(held.ratio),
          goals: limit === null ? [] : [{ atMost: limit, of: 'figure' as const }],
        };
      };
      return [
        figure('idle http process', 'idleMb', IDLE_MB_MAX),
        figure(`after ${String(loadMs / 1_000)} s of searches, ${String(CLIENTS)} clients`, 'busyMb', null),
      ];
    }),
};

async function ofProduct(postgres: ScratchPostgres, loadMs: number): Promise<Held> {
  const serving = await serveProduct(postgres);
  try {
    const base = `${serving.baseUrl}/api/v1`;
    const input = encodeURIComponent(JSON.stringify({ json: { filter: {}, sort: 'newest' } }));
    return await measure(serving.pid, `${base}/server.info`, `${base}/listings.search?input=${input}`, loadMs);
  } finally {
    await serving.stop();
  }
}

async function ofFastify(loadMs: number): Promise<Held> {
  const child = await startChild(join(import.meta.dirname, 'fastify-server.ts'), []);
  try {
    const url = `http://127.0.0.1:${String(child.port)}/`;
    return await measure(child.pid, url, url, loadMs);
  } finally {
    await child.stop();
  }
}

async function measure(pid: number, once: string, often: string, loadMs: number): Promise<Held> {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  try {
    await answered(once, agent);
    await sleep(SETTLE_MS);
    const idleMb = await residentMb(pid);
    await roundOf(async () => answered(often, agent), { clients: CLIENTS, roundMs: loadMs });
    return { idleMb, busyMb: await residentMb(pid) };
  } finally {
    agent.destroy();
  }
}

async function answered(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.resume();
      response.once('error', reject);
      response.once('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${url} was answered with ${String(response.statusCode)}.`));
      });
    }).once('error', reject);
  });
}

/** Resident memory of a process (proc(5), `VmRSS`). @throws Error where there is no /proc */
async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kilobytes === undefined) throw new Error('This system does not say how much memory a process holds.');
  return Number(kilobytes) / 1_024;
}
