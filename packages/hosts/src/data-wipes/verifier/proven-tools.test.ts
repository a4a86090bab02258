import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  AWK_WORKS,
  FIND_AWK_WORK,
  FIND_GREP_AWK_SED_HEAD_WORK,
  FIND_GREP_AWK_SED_WORK,
  FIND_GREP_SED_WORK,
  FIND_GREP_WORK,
  FIND_HEAD_WORK,
  FIND_WORKS,
  GREP_AWK_SED_WORK,
  GREP_SED_WORK,
  GREP_WORKS,
} from './proven-tools.ts';

const TOOLS = ['find', 'grep', 'awk', 'sed', 'head'] as const;
type Tool = (typeof TOOLS)[number];

/** The questions of all looks, and the tools that each is about. */
const questions: readonly (readonly [question: string, ...tools: Tool[]])[] = [
  [FIND_WORKS, 'find'],
  [GREP_WORKS, 'grep'],
  [AWK_WORKS, 'awk'],
  [FIND_GREP_WORK, 'find', 'grep'],
  [FIND_HEAD_WORK, 'find', 'head'],
  [FIND_AWK_WORK, 'find', 'awk'],
  [GREP_SED_WORK, 'grep', 'sed'],
  [FIND_GREP_SED_WORK, 'find', 'grep', 'sed'],
  [GREP_AWK_SED_WORK, 'grep', 'awk', 'sed'],
  [FIND_GREP_AWK_SED_WORK, 'find', 'grep', 'awk', 'sed'],
  [FIND_GREP_AWK_SED_HEAD_WORK, 'find', 'grep', 'awk', 'sed', 'head'],
];

/** What a shell prints that finds these programs in the place of the real ones. */
function said(script: string, instead: Partial<Record<Tool, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'rsm-proven-tools-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const tool of TOOLS) {
    const path = join(folder, tool);
    const stub = instead[tool];
    if (stub === undefined) symlinkSync(realPathOf(tool), path);
    else {
      writeFileSync(path, `#!/bin/sh\n${stub}\n`);
      chmodSync(path, 0o755);
    }
  }
  const { stdout } = spawnSync('/bin/sh', ['-c', script], { env: { PATH: folder }, encoding: 'utf8' });
  return stdout;
}

const realPathOf = (tool: Tool): string =>
  execFileSync('/bin/sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim();

describe.runIf(process.platform === 'linux')('the question at the beginning of a look', () => {
  it('is answered by real tools', () => {
    expect(said(questions.map(([question]) => question).join('\n'))).toBe('');
  });

  it.each(TOOLS)('names %s when it says nothing, and no other tool', (silent) => {
    const about = questions.filter(([, ...tools]) => tools.includes(silent));
    const lines = said(about.map(([question]) => question).join('\n'), { [silent]: 'exit 0' }).split('\n');
    expect(lines.filter((line) => line.endsWith(' what is known'))).toEqual(
      about.map(() => `${silent} does not answer what is known`),
    );
  });

  it.each(['awk', 'sed'] as const)('names %s when it hands on what it is given', (lazy) => {
    const lines = said(FIND_GREP_AWK_SED_WORK, { [lazy]: 'while read -r line; do echo "$line"; done' });
    expect(lines).toContain(`${lazy} does not answer what is known`);
  });
});

describe.runIf(process.platform === 'linux')('a search', () => {
  const search = `${FIND_WORKS}search -P / -maxdepth 0 -printf '%p\\n' | head -n 3`;

  it('prints what find prints', () => {
    expect(said(search)).toBe('/\n');
  });

  it('says so when find is killed in the middle of it', () => {
    const killed = `case "$*" in *seen) exec ${realPathOf('find')} "$@" ;; esac\necho /one\nkill -KILL $$`;
    expect(said(search, { find: killed })).toBe('/one\nfind was ended before it had looked everywhere\n');
  });
});
