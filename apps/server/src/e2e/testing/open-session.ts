import { spawn, type ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MarketClient } from '../../demo/market-client.ts';
import type { RenterComputer } from '../../tour/ssh-program.ts';

type Connection = Awaited<ReturnType<MarketClient['bookings']['connection']['query']>>;

const OPEN_LIMIT_MS = 60_000;

/** A terminal that a renter left open. */
export interface OpenSession {
  /** When it ended, in epoch milliseconds, whoever ended it; null while it is open. */
  readonly closedAt: number | null;
  discard(): void;
}

/** Logs in with a terminal, as a person does, and stays. @throws Error when the login does not work */
export async function openSession(
  computer: RenterComputer,
  connection: Connection,
  command: string,
): Promise<OpenSession> {
  const knownHosts = join(computer.folder, 'known_hosts_of_session');
  await writeFile(knownHosts, `${connection.knownHostsLine}\n`);
  const options = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    'StrictHostKeyChecking=yes',
    `HostKeyAlias=${connection.knownHostsLine.split(' ')[0] ?? ''}`,
    `UserKnownHostsFile=${knownHosts}`,
  ];
  const child = spawn(
    'ssh',
    [
      '-F',
      'none',
      '-tt',
      '-i',
      join(computer.folder, 'id_ed25519'),
      '-p',
      String(connection.port),
      ...options.flatMap((option) => ['-o', option]),
      `${connection.user}@${connection.host}`,
      `echo ready; ${command}`,
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let closedAt: number | null = null;
  child.once('close', () => (closedAt = Date.now()));
  await untilReady(child);
  return {
    get closedAt() {
      return closedAt;
    },
    discard: () => void child.kill('SIGKILL'),
  };
}

async function untilReady(child: ChildProcess): Promise<void> {
  const limit = setTimeout(() => child.kill('SIGKILL'), OPEN_LIMIT_MS);
  let said = '';
  try {
    await new Promise<void>((resolve, reject) => {
      child.stderr?.on('data', (piece: Buffer) => (said += piece.toString()));
      child.stdout?.on('data', (piece: Buffer) => {
        if (piece.toString().includes('ready')) resolve();
      });
      child.once('close', () => reject(new Error(`The session ended before it began: ${said}`)));
    });
  } finally {
    clearTimeout(limit);
  }
}
