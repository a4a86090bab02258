import { describe, expect, test } from 'vitest';
import { CommandFailedError, HostKeyChangedError, SshError } from '../../ssh/ssh-error.ts';
import type { CommandResult, SshSession } from '../../ssh/ssh-session.ts';
import { look, readFoundLines, type Look, type SoughtTraces } from './look.ts';
import { readProcesses } from './read-processes.ts';

describe('lines of found things', () => {
  test('silence is clean only when the look was finished', () => {
    expect(readFoundLines('mail', 'looked\n')).toEqual({ found: [], blind: [], notes: [] });
    expect(readFoundLines('mail', '').blind).toEqual(['the look was not finished']);
    expect(readFoundLines('mail', 'looked\nfound /x').blind).toEqual(['the look was not finished']);
  });

  test('a complaint of a tool means that something was not seen, unless it only vanished', () => {
    const output = "find: '/a': Permission denied\nfind: '/proc/9/fd': No such file or directory\nlooked\n";
    expect(readFoundLines('files', output).blind).toEqual(["find: '/a': Permission denied"]);
  });

  test('the closed door of a file system that is skipped on purpose is a note', () => {
    const output = "skipped /home/p/mnt fuse.sshfs\nfind: '/home/p/mnt': Permission denied\nlooked\n";
    expect(readFoundLines('files', output)).toEqual({
      found: [],
      blind: [],
      notes: ['not looked at, because it is not local: /home/p/mnt fuse.sshfs'],
    });
  });

  test('a file name with line breaks cannot make itself clean', () => {
    const output = 'found:files_by_uid /tmp/x\nlooked\nfound:files_by_gid /tmp/x\nlooked\nlooked\n';
    expect(readFoundLines('files_by_uid', output).found).toHaveLength(2);
  });
});

describe('processes', () => {
  const first = ['Name:\tsystemd', 'State:\tS (sleeping)', 'Uid:\t0\t0\t0\t0', 'Gid:\t0\t0\t0\t0', 'Groups:\t'].map(
    (line) => `/proc/1/status:${line}`,
  );
  const process = (pid: number, lines: readonly string[]) =>
    [...first, ...lines.map((line) => `/proc/${pid}/status:${line}`), 'looked'].join('\n');

  test.each([
    ['the real uid', 'Uid:\t2000001\t0\t0\t0'],
    ['the saved uid', 'Uid:\t0\t0\t2000001\t0'],
    ['the group', 'Gid:\t0\t2000001\t0\t0'],
    ['a further group', 'Groups:\t4 2000001 '],
  ])('are found by %s', (_name, line) => {
    expect(readProcesses(process(77, ['Name:\tsh', 'State:\tS (sleeping)', line]), 2_000_001).found).toEqual([
      { check: 'processes', what: 'process 77 sh' },
    ]);
  });

  test('of others, and numbers that only begin alike, are not', () => {
    expect(readProcesses(process(77, ['Name:\tsh', 'State:\tS', 'Uid:\t20000011\t200000\t1\t1']), 2_000_001)).toEqual({
      found: [],
      blind: [],
      notes: [],
    });
  });

  test('that have ended and wait to be collected are noted', () => {
    const answer = readProcesses(
      process(77, ['Name:\tsh', 'State:\tZ (zombie)', 'Uid:\t2000001\t2000001\t2000001\t2000001']),
      2_000_001,
    );
    expect(answer).toEqual({ found: [], blind: [], notes: ['process 77 has ended and waits to be collected'] });
  });

  test('a list without process 1, or one that was cut, is no list', () => {
    expect(readProcesses('looked', 1).blind).toEqual(['the list of processes has no first process']);
    expect(readProcesses(first.join('\n'), 1).blind).toEqual(['the look was not finished']);
  });
});

describe('a look', () => {
  const one: Look = {
    checks: ['a', 'b'],
    run: () => Promise.reject(new Error('set below')),
    read: (output) => readFoundLines('a', output),
  };
  const run = (outcome: Partial<CommandResult> | Error, signal = new AbortController().signal) => {
    const result = {
      exitStatus: 0,
      signal: null,
      stdout: 'looked\n',
      stderr: '',
      truncated: false,
      ...(outcome instanceof Error ? {} : outcome),
    } as CommandResult;
    const running = outcome instanceof Error ? () => Promise.reject(outcome) : () => Promise.resolve(result);
    return look({ signal } as SshSession, {} as SoughtTraces, { ...one, run: running });
  };
  const verdicts = async (outcome: Partial<CommandResult> | Error) =>
    (await run(outcome)).map(({ check, verdict }) => `${check} ${verdict}`);

  test('answers each of its checks', async () => {
    expect(await verdicts({})).toEqual(['a clean', 'b clean']);
    expect(await verdicts({ stdout: 'found:b x\nlooked\n' })).toEqual(['a clean', 'b found']);
    expect(await verdicts({ stdout: 'found x\n' })).toEqual(['a found', 'b could_not_look']);
  });

  test.each([
    ['a cut connection', new SshError('connection_lost', 'cut')],
    ['a time limit', new SshError('command_timed_out', 'slow')],
    ['no right to look', new SshError('privilege_missing', 'no root')],
    [
      'a missing tool',
      new CommandFailedError({ template: 'x', exitStatus: 127, signal: null, stdout: '', stderr: 'find: not found' }),
    ],
    ['a status that is no answer', { exitStatus: 2 }],
    ['output that is cut', { truncated: true, exitStatus: null }],
    ['a complaint', { stdout: 'find: x: Input/output error\nlooked\n' }],
  ])('could not look because of %s', async (_name, outcome) => {
    expect(await verdicts(outcome)).toEqual(['a could_not_look', 'b could_not_look']);
  });

  test('is made once more when its connection was cut, because that says nothing about the machine', async () => {
    let runs = 0;
    const findings = await look({ signal: new AbortController().signal } as SshSession, {} as SoughtTraces, {
      ...one,
      run: () => {
        runs += 1;
        const result = { stdout: 'looked\n', stderr: '', exitStatus: 0, truncated: false } as CommandResult;
        return runs === 1 ? Promise.reject(new SshError('connection_lost', 'cut')) : Promise.resolve(result);
      },
    });
    expect(findings.map(({ verdict }) => verdict)).toEqual(['clean', 'clean']);
  });

  test('throws when the host key changed, or when it was called off', async () => {
    await expect(run(new HostKeyChangedError('SHA256:a', 'SHA256:b'))).rejects.toThrow(HostKeyChangedError);
    await expect(
      run(new SshError('connection_lost', 'cut'), AbortSignal.abort(new Error('called off'))),
    ).rejects.toThrow('called off');
  });

  test('tells no more than a report can hold, and no half characters', async () => {
    const [finding] = await run({
      stdout: `${Array.from({ length: 300 }, () => `found ${'😀'.repeat(100)}`).join('\n')}\nlooked\n`,
    });
    expect(finding?.detail.length).toBeLessThanOrEqual(2_000);
    expect(finding?.detail.isWellFormed()).toBe(true);
    expect(finding?.detail).toMatch(/and 280 more$/);
  });
});
