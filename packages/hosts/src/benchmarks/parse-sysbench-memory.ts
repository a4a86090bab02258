import { SshError } from '../ssh/ssh-error.ts';

/** What one run of sysbench memory was asked to do. */
export interface MemoryRun {
  readonly operation: 'read' | 'write';
  readonly threads: number;
  readonly blockMib: number;
}

const MIB_BYTES = 1_048_576;
const GB_BYTES = 1_000_000_000;
/** No server moves more through its memory: two sockets with 12 channels of the fastest modules reach about 1,700 GB/s. */
const RATE_MAX_GB_PER_SECOND = 4_000;
/** sysbench rounds what it prints, and its rate leaves out the start of its threads. */
const RATE_TOLERANCE = 0.05;
/** It reads its two clocks one after the other: on a busy machine something else may run in between. */
const CLOCKS_APART_SECONDS_MAX = 0.05;

/**
 * The rate of one run in GB/s. No figure is ever made up: the output has to be whole, to be about the run that was asked for,
 * and its rate has to be what it says it moved in the time it says it took.
 * @throws SshError command_failed, with what is wrong
 */
export function parseMemoryRate(stdout: string, run: MemoryRun): number {
  const asked: readonly (readonly [RegExp, string, string])[] = [
    [/^Number of threads: (\d+)$/m, String(run.threads), 'number of threads'],
    [/^\s+block size: (\d+)KiB$/m, String(run.blockMib * 1_024), 'block size'],
    [/^\s+operation: (\w+)$/m, run.operation, 'operation'],
    [/^\s+scope: (\w+)$/m, 'local', 'scope'],
  ];
  for (const [pattern, expected, name] of asked) {
    const found = pattern.exec(stdout)?.[1];
    if (found === undefined) throw unusable(`named no ${name}`);
    if (found !== expected) throw unusable(`ran with another ${name} than was asked for`);
  }
  const moved = /^(\d+\.\d+) MiB transferred \((\d+\.\d+) MiB\/sec\)$/m.exec(stdout);
  const seconds = Number(/^\s+total time:\s+(\d+\.\d+)s$/m.exec(stdout)?.[1]);
  const [movedMib, rateMib] = [Number(moved?.[1]), Number(moved?.[2])];
  if (!(movedMib > 0 && rateMib > 0 && seconds > 0)) throw unusable('printed no rate with its amount and its time');
  const apart = Math.abs(movedMib / rateMib - seconds);
  if (apart > Math.max(RATE_TOLERANCE * seconds, CLOCKS_APART_SECONDS_MAX)) {
    throw unusable('printed a rate that is not its amount divided by its time');
  }
  const rate = (rateMib * MIB_BYTES) / GB_BYTES;
  if (rate > RATE_MAX_GB_PER_SECOND) throw unusable('printed a rate that no memory has');
  return rate;
}

function unusable(what: string): SshError {
  return new SshError('command_failed', `sysbench memory ${what}.`, {
    remedy: 'Check which sysbench the machine has, and measure again.',
  });
}
