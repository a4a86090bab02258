import { readOnly } from './command-template.ts';
import type { LoginProperties } from './command-line.ts';

/**
 * The first command on every connection. Written on one line and with single quotes only, because the login shell is not
 * known yet and may be fish or csh.
 */
export const loginProbe = readOnly(
  `exec sh -c 'id -u; echo "shell=\${SHELL##*/}"; command -v timeout >/dev/null 2>&1 && echo timeout; if [ "$(id -u)" != 0 ]; then sudo -n true >/dev/null 2>&1 </dev/null && echo sudo; fi; exit 0'`,
  { maxOutputBytes: 16_384, expectedExitCodes: 'any' },
);

/** Login shells whose -c reads POSIX syntax. zsh is left out: it does not split words. */
const POSIX_SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'ksh', 'ksh93', 'mksh', 'busybox']);

/** Reads the probe's output. Output before the answer, such as a greeting printed by a shell's start-up file, is skipped. */
export function parseLoginProbe(stdout: string): LoginProperties | null {
  const lines = stdout.split('\n').map((line) => line.trim());
  const shellAt = lines.findIndex((line) => line.startsWith('shell='));
  const uid = lines[shellAt - 1];
  if (shellAt < 1 || uid === undefined || !/^\d+$/.test(uid)) return null;
  const answers = lines.slice(shellAt + 1);
  return {
    privilege: uid === '0' ? 'root' : answers.includes('sudo') ? 'sudo' : 'none',
    posixShell: POSIX_SHELLS.has(lines[shellAt]?.slice('shell='.length) ?? ''),
    hasTimeout: answers.includes('timeout'),
  };
}
