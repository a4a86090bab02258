import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const COMMAND_TIMEOUT_MS = 10_000;
const USER_NAME = 'postgres';

/** The operating system user that Postgres runs as; undefined means the user who runs us. */
export type PostgresUser = { readonly uid: number; readonly gid: number };

async function lookUp(): Promise<PostgresUser | undefined> {
  try {
    const uid = await run('id', ['-u', USER_NAME], { timeout: COMMAND_TIMEOUT_MS });
    const gid = await run('id', ['-g', USER_NAME], { timeout: COMMAND_TIMEOUT_MS });
    return { uid: Number.parseInt(uid.stdout, 10), gid: Number.parseInt(gid.stdout, 10) };
  } catch {
    return undefined;
  }
}

/**
 * Postgres refuses to run as root, so as root we need another user: `postgres`, made when it is missing.
 * @throws Error when we are root and the user can't be made.
 */
export async function resolvePostgresUser(): Promise<PostgresUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const found = await lookUp();
  if (found) return found;
  try {
    await run(
      'useradd',
      [
        '--system',
        '--user-group',
        '--no-create-home',
        '--home-dir',
        '/nonexistent',
        '--shell',
        '/bin/false',
        USER_NAME,
      ],
      { timeout: COMMAND_TIMEOUT_MS },
    );
  } catch (error) {
    throw new Error(
      `Postgres does not run as root, and the user "${USER_NAME}" could not be made with useradd. ` +
        'Make that user, or run this as an ordinary user, or set DATABASE_URL.',
      { cause: error },
    );
  }
  const made = await lookUp();
  if (!made) throw new Error(`useradd made the user "${USER_NAME}", but it can't be found.`);
  return made;
}

/**
 * Says whether the user can enter a folder and, where a program is given, run it. It is tried and not computed from
 * mode bits, because access lists and mount options count as well.
 */
export function canUserReach(user: PostgresUser | undefined, directory: string, program?: string): boolean {
  if (!user) return true;
  const script = 'cd "$1" && { [ -z "$2" ] || "$2" --version >/dev/null 2>&1; }';
  const result = spawnSync('/bin/sh', ['-c', script, 'sh', directory, program ?? ''], {
    uid: user.uid,
    gid: user.gid,
    cwd: '/',
    stdio: 'ignore',
    timeout: COMMAND_TIMEOUT_MS,
  });
  return result.status === 0;
}
