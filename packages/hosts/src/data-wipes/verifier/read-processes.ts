import type { Answer } from './look.ts';

interface SeenProcess {
  readonly pid: string;
  readonly name: string;
  readonly state: string;
  readonly ids: readonly string[];
}

/**
 * Reads `/proc/PID/status:Uid:\t1\t2\t3\t4` lines: any of a process's four user ids, four group ids or further groups makes it the
 * account's. A process that has ended but was not collected by its parent (state Z or X) holds nothing and is only noted.
 */
export function readProcesses(output: string, uid: number): Answer {
  const blind: string[] = [];
  const byPid = new Map<string, { name: string; state: string; ids: string[] }>();
  const lines = output.split('\n').filter((line) => line !== '');
  if (lines.at(-1) !== 'looked') blind.push('the look was not finished');
  for (const line of lines) {
    const match = /^\/proc\/(\d+)\/status:(Name|State|Uid|Gid|Groups):\s*(.*)$/.exec(line);
    if (match === null) {
      if (line !== 'looked' && !/: No such (file or directory|process)$/.test(line)) blind.push(line);
      continue;
    }
    const [, pid = '', field, value = ''] = match;
    const process = byPid.get(pid) ?? { name: '', state: '', ids: [] };
    byPid.set(pid, process);
    if (field === 'Name') process.name = value;
    else if (field === 'State') process.state = value.slice(0, 1);
    else process.ids.push(...value.split(/\s+/).filter((id) => id !== ''));
  }
  // Process 1 always runs: a list without it, or without its owner, is not the list of this machine's processes.
  if ((byPid.get('1')?.ids.length ?? 0) < 8) blind.push('the list of processes has no first process');
  const own = [...byPid]
    .map(([pid, process]): SeenProcess => ({ pid, ...process }))
    .filter(({ ids }) => ids.includes(String(uid)));
  const isOver = (process: SeenProcess): boolean => process.state === 'Z' || process.state === 'X';
  return {
    found: own
      .filter((process) => !isOver(process))
      .map(({ pid, name }) => ({ check: 'processes', what: `process ${pid} ${name}` })),
    blind,
    notes: own.filter(isOver).map(({ pid }) => `process ${pid} has ended and waits to be collected`),
  };
}
