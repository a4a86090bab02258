import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LabHost } from '@rsm/lab';

const run = promisify(execFile);
const COMMAND_LIMIT_MS = 120_000;
const OUTPUT_BYTES_MAX = 1_024 * 1_024;

/** The real `ssh` program with a key that root of one host lets in. */
export interface OpenSsh {
  readonly privateKey: string;
  readonly folder: string;
  /** Runs one command over a connection of its own. @throws when it fails */
  readonly run: (command: string, options?: { readonly user?: string; readonly identity?: string }) => Promise<string>;
  /** Runs one command over the connection that the first such call leaves open (`ControlMaster`). */
  readonly runOverMaster: (command: string) => Promise<string>;
  readonly makeKey: (name: string) => Promise<{ readonly identity: string; readonly publicKey: string }>;
  readonly discard: () => Promise<void>;
}

/** Makes a key, lets it in over the host's console, and pins the host's keys. The caller discards it. */
export async function openSshTo(host: LabHost): Promise<OpenSsh> {
  const folder = await mkdtemp(join(tmpdir(), 'rsm-bench-ssh-'));
  const makeKey = async (name: string) => {
    const identity = join(folder, name);
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', `bench ${name}`, '-f', identity]);
    return { identity, publicKey: await readFile(`${identity}.pub`, 'utf8') };
  };
  const root = await makeKey('root');
  const entered = await host.run('install -d -m 700 ~/.ssh && cat >> ~/.ssh/authorized_keys', {
    input: root.publicKey,
  });
  if (entered.exitCode !== 0) throw new Error(`The key cannot be let in: ${entered.stderr}`);
  const knownHosts = join(folder, 'known_hosts');
  const keys = await host.hostKeys();
  await writeFile(knownHosts, keys.map(({ key, type }) => `${host.address} ${type} ${key}\n`).join(''));
  const common = [
    '-F',
    'none',
    '-o',
    'BatchMode=yes',
    '-o',
    'IdentitiesOnly=yes',
    '-o',
    `UserKnownHostsFile=${knownHosts}`,
  ];
  const master = ['-o', 'ControlMaster=auto', '-o', `ControlPath=${join(folder, 'master')}`, '-o', 'ControlPersist=60'];
  const ssh = async (args: readonly string[]): Promise<string> =>
    (await run('ssh', [...args], { timeout: COMMAND_LIMIT_MS, maxBuffer: OUTPUT_BYTES_MAX })).stdout;
  return {
    folder,
    privateKey: await readFile(root.identity, 'utf8'),
    makeKey,
    run: async (command, { user = 'root', identity = root.identity } = {}) =>
      ssh([...common, '-i', identity, `${user}@${host.address}`, command]),
    runOverMaster: async (command) => ssh([...common, ...master, '-i', root.identity, `root@${host.address}`, command]),
    discard: async () => {
      await run('ssh', [...master, '-O', 'exit', `root@${host.address}`]).catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
