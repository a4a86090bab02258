import { performance } from 'node:perf_hooks';

/** What a round of requests came to. */
export interface Latencies {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Runs `clients` at once until the round is over; each begins its next request when it has the last answer. */
export async function roundOf(
  run: (client: number) => Promise<void>,
  { clients, roundMs }: { readonly clients: number; readonly roundMs: number },
): Promise<Latencies> {
  const took: number[] = [];
  const begin = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      while (performance.now() - begin < roundMs) {
        const sent = performance.now();
        await run(client);
        took.push(performance.now() - sent);
      }
    }),
  );
  const seconds = (performance.now() - begin) / 1_000;
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { perSecond: sorted.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** Of several rounds the one in the middle by its rate. */
export function middleOf(rounds: readonly Latencies[]): Latencies {
  const sorted = rounds.toSorted((a, b) => a.perSecond - b.perSecond);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new RangeError('There is nothing to measure.');
  return middle;
}
