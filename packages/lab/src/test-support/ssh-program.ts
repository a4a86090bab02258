import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { LabHost } from '../hosts/lab-host.ts';
import { runProgram, runProgramOrThrow } from '../processes/run-program.ts';
import type { ProgramResult } from '../processes/run-program.ts';

const connectSeconds = 5;

/** A login with the real `ssh` program, a key made for it, and the host keys read from the host's disk. */
export interface SshLogin {
  run(command: string, options?: { timeoutMs?: number }): Promise<ProgramResult>;
}

/** Makes a key for this test, lets it in for `user` over the console, and pins the host's keys as they are now. */
export async function sshLogin(host: LabHost, user = 'root'): Promise<SshLogin> {
  const folder = mkdtempSync(join(tmpdir(), 'rsm-lab-ssh-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const keyFile = join(folder, 'key');
  await runProgramOrThrow('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', keyFile], { timeoutMs: 10_000 });
  const installed = await host.run(
    `home=$(getent passwd ${user} | cut -d: -f6)
     install -d -m 700 -o ${user} -g ${user} "$home/.ssh"
     cat >> "$home/.ssh/authorized_keys" && chown ${user}: "$home/.ssh/authorized_keys"`,
    { input: readFileSync(`${keyFile}.pub`, 'utf8') },
  );
  if (installed.exitCode !== 0) throw new Error(`the key cannot be let in: ${installed.stderr}`);
  const knownHosts = join(folder, 'known_hosts');
  writeFileSync(knownHosts, (await host.hostKeys()).map((key) => `${host.address} ${key.type} ${key.key}\n`).join(''));
  const options = ['-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=yes', '-o', `ConnectTimeout=${connectSeconds}`];
  const files = ['-F', 'none', '-i', keyFile, '-o', `UserKnownHostsFile=${knownHosts}`, '-o', 'IdentitiesOnly=yes'];
  return {
    run: (command, { timeoutMs = 30_000 } = {}) =>
      runProgram('ssh', [...files, ...options, `${user}@${host.address}`, command], { timeoutMs }),
  };
}
