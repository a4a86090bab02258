import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { MarketClient } from '../demo/market-client.ts';

type ConnectionRead = Awaited<ReturnType<MarketClient['bookings']['connection']['query']>>;

const run = promisify(execFile);
const LOGIN_LIMIT_MS = 20_000;

/** A renter's own computer: a fresh key pair and the real OpenSSH client. */
export interface RenterComputer {
  readonly folder: string;
  readonly publicKey: string;
  /** Logs in with the pinned host key and runs one command. @throws when the login or the command fails */
  ssh(connection: ConnectionRead, command: string): Promise<string>;
  /** Removes the folder with the keys. */
  discard(): Promise<void>;
}

/** Makes the key pair with ssh-keygen in a folder that goes away with the computer. */
export async function renterComputer(): Promise<RenterComputer> {
  const folder = await mkdtemp(join(tmpdir(), 'rsm-renter-'));
  const identity = join(folder, 'id_ed25519');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'renter@tour', '-f', identity]);
  return {
    folder,
    publicKey: await readFile(`${identity}.pub`, 'utf8'),
    ssh: async (connection, command) => {
      const knownHosts = join(folder, 'known_hosts');
      await writeFile(knownHosts, `${connection.knownHostsLine}\n`);
      const alias = connection.knownHostsLine.split(' ')[0] ?? '';
      const options = {
        BatchMode: 'yes',
        IdentitiesOnly: 'yes',
        HostKeyAlias: alias,
        UserKnownHostsFile: knownHosts,
        StrictHostKeyChecking: 'yes',
        ConnectTimeout: '10',
      };
      const args = [
        '-i',
        identity,
        '-p',
        String(connection.port),
        ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
        `${connection.user}@${connection.host}`,
        command,
      ];
      const { stdout } = await run('ssh', args, { timeout: LOGIN_LIMIT_MS });
      return stdout.trim();
    },
    discard: () => rm(folder, { recursive: true, force: true }),
  };
}
