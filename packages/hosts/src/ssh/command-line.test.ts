import { describe, expect, it } from 'vitest';
import { commandLine, PROCESS_GROUP_REPORT, type LoginProperties } from './command-line.ts';

const root: LoginProperties = { privilege: 'root', posixShell: true, hasTimeout: true };
const look = {
  script: 'cat /x | wc',
  kind: 'read_only',
  login: root,
  asRoot: true,
  readsStdin: false,
  timeoutMs: 15_000,
} as const;

describe('a command line', () => {
  it('hands a short look of root directly to a POSIX shell, which costs no process', () => {
    const { line, killLine } = commandLine(look);
    expect(line).toMatch(
      /^echo "rsm-group:\$\$" >&2\nLC_ALL=C PATH=\S+; export LC_ALL PATH\nexec <\/dev\/null\ncat \/x \| wc$/,
    );
    expect(killLine?.(42)).toBe("exec sh -c 'kill -s KILL -- -42'");
  });

  it.each([
    ['a change', { ...look, kind: 'changing' }, /^exec timeout -k 5 17 sh -c 'echo "rsm-group:\$PPID" >&2/],
    ['a long look', { ...look, timeoutMs: 15_001 }, /^exec timeout -k 5 18 sh -c '/],
    [
      'sudo',
      { ...look, login: { ...root, privilege: 'sudo' } },
      /^sudo -n -- timeout -k 5 17 sh -c '.*cat \/x \| wc'$/s,
    ],
    ['another shell', { ...look, login: { ...root, posixShell: false } }, /^exec sh -c 'LC_ALL/],
    [
      'a machine without timeout',
      { ...look, kind: 'changing', login: { ...root, hasTimeout: false } },
      /^echo "rsm-group:\$\$"/,
    ],
    ['content on standard input', { ...look, readsStdin: true }, /^(?!.*<\/dev\/null)/s],
  ] as const)('for %s', (_case, options, expected) => {
    expect(commandLine(options).line).toMatch(expected);
  });

  it('uses sudo to kill what sudo started, and says when it cannot', () => {
    expect(commandLine({ ...look, login: { ...root, privilege: 'sudo' } }).killLine?.(7)).toBe(
      "sudo -n sh -c 'kill -s KILL -- -7'",
    );
    expect(commandLine({ ...look, login: { ...root, privilege: 'sudo', hasTimeout: false } }).killLine).toBeNull();
  });

  it('runs as the login user itself when asked, whatever it could become', () => {
    expect(commandLine({ ...look, asRoot: false, login: { ...root, privilege: 'sudo' } }).line).toMatch(/^echo/);
  });

  it('takes no process group that could hit everything or nothing', () => {
    expect(PROCESS_GROUP_REPORT.test('rsm-group:0\n')).toBe(false);
    expect(PROCESS_GROUP_REPORT.test('rsm-group:1\n')).toBe(false);
    expect(PROCESS_GROUP_REPORT.test('rsm-group:-1\n')).toBe(false);
    expect(PROCESS_GROUP_REPORT.exec('a greeting\nrsm-group:812\nmore')?.[1]).toBe('812');
  });
});
