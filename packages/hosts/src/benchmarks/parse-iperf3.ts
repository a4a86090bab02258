import { z } from 'zod';
import { SshError } from '../ssh/ssh-error.ts';

/** What one run of iperf3 was asked to do. */
export interface Iperf3Run {
  /** `up` from the machine to the peer, `down` from the peer to it. */
  readonly direction: 'up' | 'down';
  readonly seconds: number;
}

const MEGABIT = 1_000_000;
/** No machine has more: 800 Gbit/s Ethernet. */
const RATE_MAX_MBIT_PER_SECOND = 800_000;
/** The rate is of the bytes and seconds beside it; iperf3 prints seconds with six digits. */
const RATE_TOLERANCE = 0.02;
/** A run may end a little early or late; one that was cut is shorter than this share of what was asked for. */
const SECONDS_SHARE_MIN = 0.5;

const sum = z.object({ seconds: z.number(), bytes: z.number(), bits_per_second: z.number() });
const failedSchema = z.object({ error: z.string() });
const schema = z.object({
  start: z.object({
    version: z.string().max(60),
    test_start: z.object({
      protocol: z.literal('TCP'),
      num_streams: z.literal(1),
      reverse: z.int(),
      duration: z.number(),
    }),
  }),
  end: z.object({ sum_received: sum }),
});

/**
 * The rate at which the receiving side received, in Mbit/s, and the version of the tool. No figure is made up: the output has to be
 * whole, of the run that was asked for, and its rate has to be its bytes in its seconds.
 * @throws SshError command_failed, with what iperf3 says or what is wrong
 */
export function parseIperf3(
  stdout: string,
  run: Iperf3Run,
): { readonly mbitPerSecond: number; readonly version: string } {
  const json = parseJson(stdout);
  const failed = failedSchema.safeParse(json);
  if (failed.success) throw unusable(`said: ${failed.data.error.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 200)}`);
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw unusable('printed no result that can be read');
  const { end, start } = parsed.data;
  const { bits_per_second: rate, bytes, seconds } = end.sum_received;
  if (start.test_start.reverse !== (run.direction === 'down' ? 1 : 0)) throw unusable('measured the other direction');
  if (start.test_start.duration !== run.seconds) throw unusable('measured for another time than was asked for');
  if (!(bytes > 0 && rate > 0) || seconds < run.seconds * SECONDS_SHARE_MIN) throw unusable('was cut off');
  if (Math.abs((bytes * 8) / seconds / rate - 1) > RATE_TOLERANCE) {
    throw unusable('printed a rate that is not its bytes divided by its time');
  }
  const mbitPerSecond = rate / MEGABIT;
  if (mbitPerSecond > RATE_MAX_MBIT_PER_SECOND) throw unusable('printed a rate that no network has');
  return { mbitPerSecond, version: /\d+(?:\.\d+)+/.exec(start.version)?.[0] ?? 'unknown' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function unusable(what: string): SshError {
  return new SshError('command_failed', `iperf3 ${what}.`, {
    remedy: 'Check that the peer can be reached from the machine, and measure again.',
  });
}
