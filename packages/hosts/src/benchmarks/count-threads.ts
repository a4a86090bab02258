import { z } from 'zod';
import { readOnly } from '../ssh/command-template.ts';
import { SshError } from '../ssh/ssh-error.ts';
import type { SshSession } from '../ssh/ssh-session.ts';

const THREADS_MAX = 4_096;
const nproc = readOnly('nproc');
const threadsSchema = z.coerce.number().int().min(1).max(THREADS_MAX);

/** How many threads the machine runs at once, as it says itself. @throws SshError command_failed when it says no such number */
export async function countThreads(session: SshSession): Promise<number> {
  const { stdout } = await session.run(nproc, {});
  const parsed = threadsSchema.safeParse(stdout.trim());
  if (!parsed.success) throw new SshError('command_failed', 'nproc printed no number of threads.');
  return parsed.data;
}
