import { readdirSync } from 'node:fs';
import { readProcessStat } from './process-identity.ts';
import type { ProcessStat } from './process-identity.ts';

/** Every process this machine shows, those inside the lab's hosts included. */
export function listProcesses(): ProcessStat[] {
  const stats: ProcessStat[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = readProcessStat(Number(entry));
    if (stat !== undefined) stats.push(stat);
  }
  return stats;
}

/** All processes below `pid`, parents before children. */
export function descendantsOf(pid: number): ProcessStat[] {
  const all = listProcesses();
  const found: ProcessStat[] = [];
  let parents = new Set([pid]);
  while (parents.size > 0) {
    const children = all.filter((stat) => parents.has(stat.parentPid));
    found.push(...children);
    parents = new Set(children.map((stat) => stat.pid));
  }
  return found;
}
