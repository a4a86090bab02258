import { performance } from 'node:perf_hooks';
import { spreadOf, type Spread } from '../frame/spread.ts';

/** One way of doing the thing that is measured. `run` does it once; `client` says on which of the parallel clients. */
export interface Contender {
  readonly name: string;
  readonly run: (client: number) => Promise<void>;
}

/** How often a contender was done in a second, by `clients` at once, until `roundMs` have passed. */
async function rateOf(contender: Contender, clients: number, roundMs: number): Promise<number> {
  const begin = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      while (performance.now() - begin < roundMs) {
        await contender.run(client);
        done += 1;
      }
    }),
  );
  return (done * 1_000) / (performance.now() - begin);
}

export interface Duel {
  readonly first: Spread;
  readonly second: Spread;
  /** First by second, of each pair of neighbouring rounds. */
  readonly ratio: Spread;
}

export interface RoundLimits {
  readonly rounds: number;
  readonly roundMs: number;
}

/**
 * Lets two contenders take turns, first, second, first, second, so that what else the machine does meets both. A shorter
 * round of each warms up and is not counted.
 */
export async function duel(
  first: Contender,
  second: Contender,
  clients: number,
  { rounds, roundMs }: RoundLimits,
): Promise<Duel> {
  for (const contender of [first, second]) await rateOf(contender, clients, roundMs / 3);
  const pairs: { readonly first: number; readonly second: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    pairs.push({
      first: await rateOf(first, clients, roundMs),
      second: await rateOf(second, clients, roundMs),
    });
  }
  return {
    first: spreadOf(pairs.map((pair) => pair.first)),
    second: spreadOf(pairs.map((pair) => pair.second)),
    ratio: spreadOf(pairs.map((pair) => pair.first / pair.second)),
  };
}

/** One contender alone, for a figure that stands by itself. */
export async function solo(contender: Contender, clients: number, { rounds, roundMs }: RoundLimits): Promise<Spread> {
  await rateOf(contender, clients, roundMs / 3);
  const rates: number[] = [];
  for (let round = 0; round < rounds; round += 1) rates.push(await rateOf(contender, clients, roundMs));
  return spreadOf(rates);
}
