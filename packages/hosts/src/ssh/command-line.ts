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

/**
 * Builds the line that sshd hands to the login shell.
 *
 * With sudo the whole command is one script under one `sudo -n sh -c`, so that pipes and redirections inside it are root's
 * too. `timeout` is added where a signal over the connection could not end the command: sshd may not signal root's
 * processes for another user, and ssh2 sends no signal once standard input has ended.
 */
export function commandLine(options: {
  readonly script: string;
  readonly login: LoginProperties;
  readonly asRoot: boolean;
  readonly readsStdin: boolean;
  readonly timeoutMs: number;
}): string {
  const { login } = options;
  const script = `${PROLOGUE}${options.readsStdin ? '' : 'exec </dev/null\n'}${options.script}`;
  const needsSudo = options.asRoot && login.privilege === 'sudo';
  const limit =
    login.hasTimeout && (needsSudo || options.readsStdin) ? `timeout -k 5 ${Math.ceil(options.timeoutMs / 1000)} ` : '';
  if (needsSudo) return `sudo -n -- ${limit}sh -c ${shellQuote(script)}`;
  if (limit !== '' || !login.posixShell) return `exec ${limit}sh -c ${shellQuote(script)}`;
  return script;
}
