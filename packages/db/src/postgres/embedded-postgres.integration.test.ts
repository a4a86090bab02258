import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { Client } from 'pg';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';

import { locatePostgresBinaries } from './binaries.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.ts';
import { readPostmasterFile } from './postmaster-file.ts';

const isRoot = process.getuid?.() === 0;
const AS_ROOT = 'only root starts Postgres as another user';

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('startEmbeddedPostgres', { timeout: 120_000 }, () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });

  async function temporaryDirectory(mode = 0o755): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'rsm-embedded-'));
    await chmod(directory, mode);
    cleanups.push(() => rm(directory, { recursive: true, force: true }));
    return directory;
  }

  async function start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres & { lines: string[] }> {
    const lines: string[] = [];
    const postgres = await startEmbeddedPostgres({
      durability: 'disposable',
      log: (line) => lines.push(line),
      ...options,
    });
    cleanups.push(postgres.stop);
    return { ...postgres, lines };
  }

  describe('of a clone that its user can reach', () => {
    let dataDir: string;
    let postgres: EmbeddedPostgres;
    const lines: string[] = [];
    beforeAll(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'rsm-embedded-'));
      await chmod(dataDir, 0o755);
      postgres = await startEmbeddedPostgres({ dataDir, durability: 'disposable', log: (line) => lines.push(line) });
      return async () => {
        await postgres.stop();
        await rm(dataDir, { recursive: true, force: true });
      };
    });

    test('makes a database that has the extensions we need, and roles of which the application owns nothing', async () => {
      const extensions = await query(
        postgres.ownerUrl,
        `SELECT name FROM pg_available_extensions WHERE name IN ('btree_gist', 'pg_trgm') ORDER BY name`,
      );
      expect(extensions).toEqual([{ name: 'btree_gist' }, { name: 'pg_trgm' }]);
      expect(
        await query(postgres.url, `SELECT current_user::text AS me, current_setting('is_superuser') AS super`),
      ).toEqual([{ me: 'rsm_app', super: 'off' }]);
      await expect(query(postgres.url, 'CREATE TABLE public.t (id int)')).rejects.toThrow(/permission denied/);
    });

    test('lets no statement of the application run or wait for ever', async () => {
      const limits = `SELECT current_setting('statement_timeout') AS run, current_setting('lock_timeout') AS wait`;
      expect(await query(postgres.url, limits)).toEqual([{ run: '30s', wait: '10s' }]);
      expect(await query(postgres.ownerUrl, limits)).toEqual([{ run: '0', wait: '0' }]);
    });

    test('keeps the passwords in a file that only its owner can read, and out of the log', async () => {
      const file = join(postgres.directory, 'secrets.json');
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      const password = new URL(postgres.url).password;
      expect(password.length).toBeGreaterThan(20);
      expect(lines.join('\n')).not.toContain(password);
      expect(existsSync(join(postgres.directory, 'initdb-password'))).toBe(false);
      const wrong = postgres.url.replace(password, 'wrong');
      await expect(query(wrong, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    });

    test('refuses to start while a living process runs the same data, and says which', async () => {
      await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(
        new RegExp(`already runs; process ${process.pid} started it. Stop that process first`),
      );
    });

    test('stays in the clone', (context) => {
      context.skip(!isRoot, AS_ROOT);
      expect(postgres.directory).toBe(join(dataDir, 'postgres'));
      expect(existsSync(join(dataDir, 'location'))).toBe(false);
    });
  });

  test('a second start keeps the data, and stopping twice does nothing', { tags: 'deep' }, async () => {
    const dataDir = await temporaryDirectory();
    const first = await start({ dataDir });
    await query(first.ownerUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    await first.stop();
    await expect(query(first.ownerUrl, 'SELECT 1')).rejects.toThrow(/ENOENT|ECONNREFUSED/);

    const second = await start({ dataDir });
    expect(await query(second.ownerUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  test('recovers when the server itself was killed and left its postmaster.pid', { tags: 'deep' }, async () => {
    const dataDir = await temporaryDirectory();
    const first = await start({ dataDir, durability: 'durable' });
    await query(first.ownerUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const file = await readPostmasterFile(join(first.directory, 'data'));
    process.kill(file?.pid ?? 0, 'SIGKILL');
    await sleep(100);
    await first.stop();

    const second = await start({ dataDir });
    expect(second.lines.join('\n')).toContain('it recovers from its log');
    expect(await query(second.ownerUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  test('takes over from a process that was killed and left its server running', async () => {
    const dataDir = await temporaryDirectory();
    const script = fileURLToPath(new URL('./start-and-wait.fixture.ts', import.meta.url));
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString('utf8').trim()));
      child.once('exit', () => reject(new Error('The fixture ended before it had started Postgres.')));
    });
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
    expect(await query(url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);

    const postgres = await start({ dataDir });
    expect(postgres.lines.join('\n')).toContain('that a killed process left running');
    expect(await query(postgres.ownerUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  test('a failed start ends with the last lines of Postgres and can be repeated', { tags: 'deep' }, async () => {
    const dataDir = await temporaryDirectory();
    const first = await start({ dataDir });
    await first.stop();
    const version = join(first.directory, 'data', 'PG_VERSION');
    await rm(version);
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(/not a valid data directory|PG_VERSION/);
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(/not a valid data directory|PG_VERSION/);
  });

  test(
    'lives elsewhere when its user can reach neither the clone nor the binaries',
    { tags: 'deep' },
    async (context) => {
      context.skip(!isRoot, AS_ROOT);
      const clone = await temporaryDirectory(0o700);
      const fallbackRoot = await temporaryDirectory();
      const binaries = await locatePostgresBinaries();
      const root = join(clone, 'node_modules');
      await cp(binaries.root, root, { recursive: true, verbatimSymlinks: true });
      const hidden = {
        ...binaries,
        root,
        postgres: join(root, 'bin', 'postgres'),
        initdb: join(root, 'bin', 'initdb'),
      };
      const dataDir = join(clone, '.data');
      const options = { dataDir, fallbackRoot, binaries: hidden };

      const first = await start(options);
      expect(first.directory.startsWith(join(fallbackRoot, 'clusters'))).toBe(true);
      expect((await readFile(join(dataDir, 'location'), 'utf8')).trim()).toBe(first.directory);
      await query(first.ownerUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
      await first.stop();

      const second = await start(options);
      expect(second.directory).toBe(first.directory);
      expect(await query(second.ownerUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
      await second.stop();

      await rm(first.directory, { recursive: true });
      await expect(startEmbeddedPostgres(options)).rejects.toThrow(
        /which does not exist. Put that folder back, or delete/,
      );
    },
  );
});
