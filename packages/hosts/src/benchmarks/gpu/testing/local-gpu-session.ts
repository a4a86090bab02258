import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machineIdSchema } from '@rsm/domain/common/ids';
import { instant } from '@rsm/domain/common/instant';
import type { SshSession } from '../../../ssh/ssh-session.ts';
import { renderCommand } from '../../../ssh/command-template.ts';
import { anyMachineId } from '../../../test-support/ssh-peer.ts';

/** Compiles the fake driver library. Answers its path, or null where there is no C compiler. */
export function buildFakeDriver(): string | null {
  const path = join(mkdtempSync(join(tmpdir(), 'rsm-fake-cuda-')), 'libcuda.so.1');
  try {
    const source = join(import.meta.dirname, 'fake-libcuda.c');
    execFileSync('cc', ['-O1', '-shared', '-fPIC', '-o', path, source, '-lm'], { stdio: 'pipe' });
    return path;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Where commands are looked for on a machine (ssh/command-line.ts): nothing of a developer's own set-up. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export function has(tool: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${tool}`], { stdio: 'pipe', env: { PATH } });
    return true;
  } catch {
    return false;
  }
}

/** A session whose machine is this one: commands run in a shell here, with some variables of their environment added. */
export function localSession(environment: Readonly<Record<string, string>> = {}): SshSession {
  return {
    machineId: machineIdSchema.parse(anyMachineId()),
    credential: 'control',
    purpose: 'test',
    signal: new AbortController().signal,
    run: (template, values, ...[options]) =>
      new Promise((resolve, reject) => {
        const startedMs = performance.now();
        const child = spawn('sh', ['-c', renderCommand(template, values)], {
          env: { PATH, ...environment },
        });
        const output = { stdout: '', stderr: '' };
        child.stdout.on('data', (piece: Buffer) => (output.stdout += piece.toString()));
        child.stderr.on('data', (piece: Buffer) => (output.stderr += piece.toString()));
        child.on('error', reject);
        child.stdin.on('error', () => undefined);
        child.on('close', (exitStatus) => {
          const { expectedExitCodes } = template;
          if (expectedExitCodes !== 'any' && !expectedExitCodes.includes(exitStatus ?? -1)) {
            reject(new Error(`ended with ${String(exitStatus)}: ${output.stderr}`));
            return;
          }
          const durationMs = performance.now() - startedMs;
          resolve({
            exitStatus,
            signal: null,
            ...output,
            truncated: false,
            startedAt: instant(0),
            durationMs,
            bytes: 0,
          });
        });
        const content = options?.stdin;
        child.stdin.end(typeof content === 'string' ? content : '');
      }),
    login: () => Promise.reject(new Error('There is no login.')),
  };
}
