import type { CommandKind } from './command-template.ts';
import { shellQuote } from './shell-quote.ts';

/** How the login user becomes root on this machine. */
export type Privilege = 'root' | 'sudo' | 'none';

/** What one look at a fresh connection tells about the login: see `login-probe.ts`. */
export interface LoginProperties {
  readonly privilege: Privilege;
  /** Whether the login shell reads POSIX syntax, so that a script can be handed to it directly. */
  readonly posixShell: boolean;
  /** Whether `timeout` (coreutils or busybox) is there, so that the machine itself ends a command that runs too long. */
  readonly hasTimeout: boolean;
}

/** Parsers read English and C-sorted output, and sbin is not on the path of every login. */
const PROLOGUE = 'LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export LC_ALL PATH\n';

/** Reading for a moment needs no second guard on the machine; see `commandLine`. */
const SHORT_READ_MS = 15_000;

export interface CommandLine {
  readonly line: string;
  /** What ends the command's whole process group, given the id that it reported; null when there is no way. */
  readonly killLine: ((processGroup: number) => string) | null;
}

/** How a command reports its process group: as the first line on standard error. Never 1, which kill(1) reads as everything. */
export const PROCESS_GROUP_REPORT = /^rsm-group:([2-9]|[1-9]\d{1,9})\n/m;

/** The guard on the machine comes after our own limit: whichever ended a command first would decide what its end is called. */
const GUARD_LATER_SECONDS = 2;

/**
 * Builds the line that sshd hands to the login shell.
 *
 * With sudo the whole command is one script under one `sudo -n sh -c`, so that pipes and redirections inside it are root's
 * too.
 *
 * Closing a channel ends nothing on the machine, and sshd refuses signals in sessions of root (session.c: "session
 * signalling requires privilege separation"). So each command reports its process group, and a second channel kills that
 * group when the command is aborted or takes too long. `timeout` is the guard for when the connection is gone as well. It
 * costs two processes, a third of a short command's time, so a short look (a read-only command of at most 15 s) goes
 * without it: what it leaves behind, when the connection is cut, is one reading process.
 */
export function commandLine(options: {
  readonly script: string;
  readonly kind: CommandKind;
  readonly login: LoginProperties;
  readonly asRoot: boolean;
  readonly readsStdin: boolean;
  readonly timeoutMs: number;
}): CommandLine {
  const { login } = options;
  const needsSudo = options.asRoot && login.privilege === 'sudo';
  const isShortLook = options.kind === 'read_only' && options.timeoutMs <= SHORT_READ_MS;
  const isGuarded = login.hasTimeout && (needsSudo || !isShortLook);
  const limit = isGuarded ? `timeout -k 5 ${Math.ceil(options.timeoutMs / 1000) + GUARD_LATER_SECONDS} ` : '';
  // The leader of the group is `timeout` or, without it, the shell that sshd started as the leader of a session.
  const report = isGuarded
    ? 'echo "rsm-group:$PPID" >&2\n'
    : needsSudo || !login.posixShell
      ? ''
      : 'echo "rsm-group:$$" >&2\n';
  const script = `${report}${PROLOGUE}${options.readsStdin ? '' : 'exec </dev/null\n'}${options.script}`;
  // Written with -s because dash reads `--` after -KILL as a process id.
  const killLine = (processGroup: number): string =>
    `${needsSudo ? 'sudo -n ' : 'exec '}sh -c ${shellQuote(`kill -s KILL -- -${processGroup}`)}`;
  return {
    line: needsSudo
      ? `sudo -n -- ${limit}sh -c ${shellQuote(script)}`
      : limit !== '' || !login.posixShell
        ? `exec ${limit}sh -c ${shellQuote(script)}`
        : script,
    killLine: report === '' ? null : killLine,
  };
}
