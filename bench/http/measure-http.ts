import { middleOf, roundOf, type Latencies } from '../search/latencies.ts';
import { startContenderProcess } from './contender-process.ts';
import { contenderNames, targets, type ContenderName } from './contenders.ts';
import { KeepAliveClient } from './keep-alive-client.ts';

export interface HttpFigures {
  readonly target: string;
  readonly contender: ContenderName;
  readonly latencies: Latencies;
  /** Of the server's process for one call, in microseconds. */
  readonly cpuMicros: number;
}

export interface MeasureHttpOptions {
  readonly apiPath: string;
  readonly clients: number;
  readonly rounds: number;
  readonly roundMs: number;
  /** For tests, which measure nothing. */
  readonly warmUpCalls?: number;
}

/** Before this many calls a server's code is not compiled for good. */
const WARM_UP_CALLS = 5_000;

/** Lets the contenders take turns on every target, each in a process of its own, once it is warm. */
export async function measureHttp(options: MeasureHttpOptions): Promise<readonly HttpFigures[]> {
  const running = await Promise.all(
    contenderNames.map(async (name) => ({ name, process: await startContenderProcess(name) })),
  );
  try {
    const all: HttpFigures[] = [];
    for (const [target, path] of Object.entries(targets)) {
      const seen = new Map<ContenderName, { readonly latencies: Latencies; readonly cpuMicros: number }[]>();
      for (const { process } of running) await warmUp(process.port, `${options.apiPath}/${path}`, options.warmUpCalls);
      for (let round = 0; round < options.rounds; round += 1) {
        for (const { name, process } of running) {
          const before = await process.cpuMicros();
          const latencies = await roundAt(process.port, `${options.apiPath}/${path}`, options);
          const calls = (latencies.perSecond * options.roundMs) / 1_000;
          const measured = { latencies, cpuMicros: ((await process.cpuMicros()) - before) / calls };
          seen.set(name, [...(seen.get(name) ?? []), measured]);
        }
      }
      for (const [contender, rounds] of seen) {
        const latencies = middleOf(rounds.map((round) => round.latencies));
        const cpu = rounds.map(({ cpuMicros }) => cpuMicros).toSorted((a, b) => a - b);
        all.push({ target, contender, latencies, cpuMicros: cpu[Math.floor(cpu.length / 2)] ?? 0 });
      }
    }
    return all;
  } finally {
    await Promise.all(running.map(async ({ process }) => process.stop()));
  }
}

async function warmUp(port: number, path: string, calls = WARM_UP_CALLS): Promise<void> {
  const client = new KeepAliveClient({ port, path });
  try {
    for (let call = 0; call < calls; call += 1) await client.ask();
  } finally {
    client.close();
  }
}

async function roundAt(port: number, path: string, options: MeasureHttpOptions): Promise<Latencies> {
  const clients = Array.from({ length: options.clients }, () => new KeepAliveClient({ port, path }));
  try {
    return await roundOf(async (client) => clients[client]?.ask(), options);
  } finally {
    for (const client of clients) client.close();
  }
}

const HEAD = [
  '| what | server | calls/s | p50 | p99 | processor per call | rate against bare | processor against bare |',
  '| --- | --- | --- | --- | --- | --- | --- | --- |',
];

/** The figures as a table in Markdown; ratios are those of the bare server in the same run. */
export function httpTableOf(all: readonly HttpFigures[]): string {
  const lines = all.map(({ contender, cpuMicros, latencies, target }) => {
    const bare = all.find((figures) => figures.target === target && figures.contender === 'bare');
    const rate = latencies.perSecond / (bare?.latencies.perSecond ?? Number.NaN);
    const cpu = (bare?.cpuMicros ?? Number.NaN) / cpuMicros;
    const cells = [
      target,
      contender,
      latencies.perSecond.toFixed(0),
      `${latencies.p50Ms.toFixed(2)} ms`,
      `${latencies.p99Ms.toFixed(2)} ms`,
      `${cpuMicros.toFixed(0)} µs`,
      rate.toFixed(2),
      cpu.toFixed(2),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [...HEAD, ...lines].join('\n');
}
