import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { identifyProcess, isAlive, readProcessStat } from './process-identity.ts';

describe.skipIf(process.platform !== 'linux')('the identity of a process', () => {
  it('is alive as long as the process', async () => {
    const child = spawn('sleep', ['60']);
    const identity = identifyProcess(child.pid ?? 0);
    expect(isAlive(identity)).toBe(true);

    child.kill('SIGKILL');
    await once(child, 'exit');

    expect(isAlive(identity)).toBe(false);
  });

  it('is dead when another process has its pid, and after a reboot', () => {
    const own = identifyProcess(process.pid);

    expect(isAlive({ ...own, startTicks: '1' })).toBe(false);
    expect(isAlive({ ...own, bootId: '00000000-0000-0000-0000-000000000000' })).toBe(false);
    expect(isAlive(own)).toBe(true);
  });

  it('reads a command that holds blanks and brackets', async () => {
    const child = spawn('bash', ['-c', 'printf "a) R 1 (b" > /proc/self/comm; sleep 60 & echo; wait'], {
      detached: true,
    });
    await once(child.stdout, 'data');

    const stat = readProcessStat(child.pid ?? 0);

    expect(stat).toMatchObject({ command: 'a) R 1 (b', parentPid: process.pid });
    process.kill(-(child.pid ?? 0), 'SIGKILL');
  });
});
