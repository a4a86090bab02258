import { readOnly } from '../ssh/command-template.ts';
import { cleanText, linesOf, sectionOf } from '../machines/facts/fact-reader.ts';

/**
 * Who is on the machine beside the renter: every process with its user, every terminal with its owner, and every process that holds a
 * device of a GPU open. Asked of the kernel and not of who(1), whose list a login may leave out.
 */
export const foreignTemplate = readOnly(
  `account={account}
echo '=== own'; id -u {sshUser} 2>/dev/null
awk '{ print "tty", $7 }' /proc/self/stat
echo '=== processes'
cat /proc/[0-9]*/status 2>/dev/null |
  awk '/^Name:/ { name = $2 } /^State:/ { state = $2 } /^Pid:/ { pid = $2 } /^Uid:/ { print $2, pid, state, name }'
echo '=== inside'
if runtime=$(cat "/etc/rsm-access/$account/container" 2>/dev/null); then
  cat "/proc/$("$runtime" inspect --format '{{.State.Pid}}' "$account" 2>/dev/null)/uid_map" 2>/dev/null
fi
echo '=== terminals'
for terminal in /dev/pts/[0-9]*; do
  [ -e "$terminal" ] && stat -c '%u %n' "$terminal" 2>/dev/null
done
echo '=== gpu-holders'
find /proc/[0-9]*/fd -maxdepth 1 '(' -lname '/dev/nvidia*' -o -lname /dev/kfd ')' 2>/dev/null
echo '=== gpu-apps'
if command -v nvidia-smi >/dev/null 2>&1; then
  nvidia-smi --query-compute-apps=pid --format=csv,noheader,nounits 2>/dev/null || echo failed
fi
echo '=== looked'
exit 0`,
  { timeoutMs: 30_000 },
);

export interface SeenProcess {
  readonly pid: number;
  readonly uid: number;
  readonly name: string;
}

export interface UidRange {
  readonly first: number;
  readonly count: number;
}

export interface ForeignLook {
  readonly processes: readonly SeenProcess[];
  /** Owners of the terminals that are open, ours left out. */
  readonly terminalUids: readonly number[];
  /** Of processes that hold a GPU. */
  readonly gpuPids: readonly number[];
  /** The numbers that users of the renter's container have outside (user_namespaces(7)); none for an account. */
  readonly insideUids: readonly UidRange[];
  /** Of the account under which we log in; null when the machine does not say. */
  readonly ownUid: number | null;
  /** False where the driver's own tool could not be asked. */
  readonly gpuAppsRead: boolean;
}

/** Null when the look is not whole: without process 1 it is no list of this machine's processes. */
export function parseForeignLook(stdout: string): ForeignLook | null {
  const section = (name: string) => linesOf(sectionOf(stdout, name) ?? '');
  if (sectionOf(stdout, 'looked') === null) return null;
  const processes = section('processes').flatMap((line): SeenProcess[] => {
    const [, uid, pid, state = '', name = ''] = /^(\d+) (\d+) (\S) (.*)$/.exec(line) ?? [];
    // A process that has ended and waits to be collected does nothing any more.
    if (uid === undefined || pid === undefined || state === 'Z' || state === 'X') return [];
    return [{ uid: Number(uid), pid: Number(pid), name: cleanText(name, 60) }];
  });
  if (!processes.some(({ pid }) => pid === 1)) return null;
  const own = section('own');
  const ownTerminal = terminalOf(Number(/^tty (-?\d+)$/m.exec(own.join('\n'))?.[1] ?? 0));
  const uidLine = own.find((line) => /^\d+$/.test(line));
  const apps = section('gpu-apps');
  const holders = section('gpu-holders').flatMap((line) => /^\/proc\/(\d+)\/fd/.exec(line)?.[1] ?? []);
  return {
    processes,
    terminalUids: section('terminals').flatMap((line) => {
      const [, uid, terminal] = /^(\d+) (\/dev\/pts\/\d+)$/.exec(line) ?? [];
      return uid === undefined || terminal === ownTerminal ? [] : [Number(uid)];
    }),
    insideUids: section('inside').flatMap((line) => {
      const [, first, count] = /^ *0 +(\d+) +(\d+)$/.exec(line) ?? [];
      // A container whose root is the machine's own root is none of ours.
      return first === undefined || first === '0' ? [] : [{ first: Number(first), count: Number(count) }];
    }),
    gpuPids: [...new Set([...holders, ...apps.filter((line) => /^\d+$/.test(line))].map(Number))],
    ownUid: uidLine === undefined ? null : Number(uidLine),
    gpuAppsRead: !apps.includes('failed'),
  };
}

/** The terminal of proc(5)'s `tty_nr`: pseudo-terminals have the major number 136, the minor one is in two parts. */
function terminalOf(ttyNumber: number): string | null {
  const major = (ttyNumber >> 8) & 0xff;
  return major === 136 ? `/dev/pts/${String((ttyNumber & 0xff) | ((ttyNumber >> 12) & 0xfff00))}` : null;
}
