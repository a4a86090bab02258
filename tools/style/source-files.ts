import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const REPOSITORY = join(import.meta.dirname, '../..');
const BUFFER_BYTES_MAX = 64 * 1024 * 1024;

export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Every text file that is or would be committed, except those that deliberately break rules. */
export function sourceFiles(): SourceFile[] {
  // A clone may belong to somebody else than who tests it, which git refuses without the setting.
  const listed = execFileSync(
    'git',
    ['-c', 'safe.directory=*', 'ls-files', '--cached', '--others', '--exclude-standard', '-z'],
    {
      cwd: REPOSITORY,
      encoding: 'utf8',
      maxBuffer: BUFFER_BYTES_MAX,
    },
  );
  return listed
    .split('\0')
    .filter((path) => path !== '' && !/^tools\/.*\/fixtures\//.test(path) && path !== 'package-lock.json')
    .filter((path) => existsSync(join(REPOSITORY, path)))
    .map((path) => ({ path, text: readFileSync(join(REPOSITORY, path), 'utf8') }))
    .filter(({ text }) => !text.includes('\0'));
}
