import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessStat } from '../processes/process-identity.ts';
import type { TroubleContext } from './trouble-context.ts';

export interface SshdTrouble {
  /** New connections are refused; open sessions live on, as on a real Debian (KillMode=process). */
  stopSshd(): Promise<void>;
  startSshd(): Promise<void>;
  /** New host keys of every type; open sessions live on. There is no way back, as in life. */
  changeHostKey(): Promise<void>;
  /** Ends every open SSH connection at once and without a word of SSH. Answers how many there were. */
  dropSessions(): number;
  /** Drops every SSH connection after `delayMs`: in the middle of whatever runs then. */
  dropSessionsAfter(delayMs: number): Promise<number>;
  /**
   * Drops every SSH connection once the host has sent `bytes` more (all its traffic, headers counted). Looked at every
   * millisecond, so a fast sender gets some more through. Gives up after `timeoutMs`.
   */
  cutAfterBytes(bytes: number, timeoutMs?: number): Promise<number>;
}

const cutTimeoutMs = 60_000;
/** As short as in supervise.sh, and for the same reason. */
const rsaKey = `ssh-keygen -q -t rsa -b 1024 -N '' -f /etc/ssh/ssh_host_rsa_key`;

/** What Debian's init script does to restart sshd; its `stop` alone doesn't wait for the end (start-stop-daemon(8), --retry). */
const plainStop = 'start-stop-daemon --stop --quiet --oknodo --retry 30 --pidfile /run/sshd.pid --exec /usr/sbin/sshd';

export function createSshdTrouble(context: TroubleContext): SshdTrouble {
  const service = (verb: string) => (context.systemd ? `systemctl ${verb} ssh.service` : `service ssh ${verb}`);
  const dropSessions = () => {
    const sessions = sshdSessions(context.processes());
    for (const session of sessions) killIfThere(session.pid);
    return sessions.length;
  };
  return {
    stopSshd: async () => void (await context.run(context.systemd ? service('stop') : plainStop)),
    startSshd: async () => void (await context.run(service('start'))),
    changeHostKey: async () =>
      void (await context.run(`rm /etc/ssh/ssh_host_* && ${rsaKey} && ssh-keygen -q -A && ${service('restart')}`)),
    dropSessions,
    dropSessionsAfter: async (delayMs) => {
      await sleep(delayMs);
      return dropSessions();
    },
    cutAfterBytes: async (bytes, timeoutMs = cutTimeoutMs) => {
      const end = bytesFromHost(context) + bytes;
      const deadline = performance.now() + timeoutMs;
      while (bytesFromHost(context) < end) {
        if (performance.now() > deadline) throw new Error(`the host sent less than ${bytes} bytes in ${timeoutMs} ms`);
        await sleep(1);
      }
      return dropSessions();
    },
  };
}

/** sshd's listener is a child of a service manager; each connection is a child of the listener, with children of its own. */
function sshdSessions(processes: readonly ProcessStat[]): ProcessStat[] {
  const daemons = processes.filter((stat) => stat.command === 'sshd' || stat.command === 'sshd-session');
  const pids = new Set(daemons.map((stat) => stat.pid));
  return daemons.filter((stat) => pids.has(stat.parentPid));
}

function bytesFromHost(context: TroubleContext): number {
  return Number(readFileSync(`/sys/class/net/${context.slot.interfaceName}/statistics/rx_bytes`, 'utf8'));
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // ESRCH: this connection ended by itself in the meantime.
  }
}
