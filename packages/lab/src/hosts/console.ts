import { existsSync, readFileSync } from 'node:fs';
import { runProgram } from '../processes/run-program.ts';
import type { ProgramResult } from '../processes/run-program.ts';

export interface ConsoleOptions {
  timeoutMs?: number | undefined;
  input?: string | undefined;
}

const consoleTimeoutMs = 60_000;

/**
 * Runs a shell script as root on a host's console, as a person with a keyboard would: not over SSH, so it works
 * whatever the network and sshd do. At most 1 MiB of each stream is kept; at the time limit the script is killed.
 */
export function runOnConsole(leader: number, script: string, options: ConsoleOptions): Promise<ProgramResult> {
  const groups = controlGroupsOf(leader).map((folder) => `echo 0 > '${folder}/cgroup.procs'`);
  // Left to itself, nsenter stops when what it started is stopped, as by a host that powers off (waitpid(2), WUNTRACED). Nobody
  // would wake it, so its dead child would stay, and the host could not end. A shell in between only waits for the end.
  const nsenter = 'nsenter --target "$0" --mount --uts --ipc --net --pid --cgroup --no-fork';
  const enter = [...groups, `exec ${nsenter} -- /bin/sh -c '"$@"; exit $?' console "$@"`].join('\n');
  const environment = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'USER=root'];
  const args = [
    'env',
    '-i',
    '-C',
    '/root',
    ...environment,
    'LANG=C.UTF-8',
    'SHELL=/bin/bash',
    '/bin/bash',
    '-c',
    script,
  ];
  return runProgram('sh', ['-c', enter, String(leader), ...args], {
    timeoutMs: options.timeoutMs ?? consoleTimeoutMs,
    input: options.input,
  });
}

/**
 * The folders of the control groups a process is in. A process that enters the host must first join its groups: outside
 * of them the host's logind could not move it into a session, and the host's limits would not count it.
 */
function controlGroupsOf(pid: number): string[] {
  const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().split('\n');
  const folders = lines.map((line) => {
    const [, controllers = '', ...rest] = line.split(':');
    const path = rest.join(':');
    if (controllers !== '') return `/sys/fs/cgroup/${controllers.replace('name=', '')}${path}`;
    return existsSync('/sys/fs/cgroup/unified') ? `/sys/fs/cgroup/unified${path}` : `/sys/fs/cgroup${path}`;
  });
  return folders.filter((folder) => folder.includes('/rsm-lab-'));
}
