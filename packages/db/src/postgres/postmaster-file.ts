import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { processCommand } from './process-identity.ts';

/** What Postgres writes into PGDATA/postmaster.pid (src/include/utils/pidfile.h). */
export type PostmasterFile = { readonly pid: number; readonly port: number; readonly ready: boolean };

const LINE_PID = 0;
const LINE_PORT = 3;
const LINE_STATUS = 7;

/** Reads postmaster.pid; undefined when there is none. */
export async function readPostmasterFile(data: string): Promise<PostmasterFile | undefined> {
  let text: string;
  try {
    text = await readFile(join(data, 'postmaster.pid'), 'utf8');
  } catch {
    return undefined;
  }
  const lines = text.split('\n');
  const pid = Number.parseInt(lines[LINE_PID] ?? '', 10);
  if (!Number.isSafeInteger(pid)) return undefined;
  return {
    pid,
    port: Number.parseInt(lines[LINE_PORT] ?? '', 10),
    ready: (lines[LINE_STATUS] ?? '').trim() === 'ready',
  };
}

/**
 * The number of the Postgres that really serves this folder, or undefined. The file alone proves nothing: it stays
 * behind after SIGKILL, and its number may by now belong to another program.
 */
export async function livingPostmaster(data: string): Promise<number | undefined> {
  const file = await readPostmasterFile(data);
  return file && (await isPostmasterOf(data, file.pid)) ? file.pid : undefined;
}

/** Whether the process with this number is a Postgres that serves this folder. */
export async function isPostmasterOf(data: string, pid: number): Promise<boolean> {
  const command = await processCommand(pid);
  return command?.includes('postgres') === true && command.includes(data);
}
