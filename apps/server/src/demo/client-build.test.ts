import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { waitFor } from './wait-for.ts';
import { buildClient, isClientStale } from './client-build.ts';

const PAGE = 'apps/desktop/out/renderer/index.html';
const OLD = new Date('2020-01-01T00:00:00Z');
const LATER = new Date('2020-01-02T00:00:00Z');

/** A checkout with sources that are older than what was built from them. */
async function checkout(files: Readonly<Record<string, string>> = {}) {
  const rootDir = await mkdtemp(join(tmpdir(), 'rsm-client-'));
  onTestFinished(async () => rm(rootDir, { recursive: true }));
  const write = async (path: string, content = '', at = OLD): Promise<void> => {
    await mkdir(join(rootDir, dirname(path)), { recursive: true });
    await writeFile(join(rootDir, path), content);
    for (let folder = path; folder !== '.'; folder = dirname(folder)) await utimes(join(rootDir, folder), at, at);
  };
  const sources = ['apps/desktop/src/renderer/main.tsx', 'packages/api/src/index.ts', 'packages/domain/src/x/y.ts'];
  for (const path of sources) await write(path);
  for (const [path, content] of Object.entries(files)) await write(path, content);
  await write('tools/turbo.env');
  await write(PAGE, 'built before', LATER);
  for (const path of sources) await write(path);
  return { rootDir, write, remove: async (path: string) => rm(join(rootDir, path)) };
}

/** A program in Turbo's place: what it does is the test's. */
const turbo = (script: string) => ({ 'node_modules/turbo/bin/turbo': script, 'node_modules/turbo/package.json': '{}' });

const build = async (rootDir: string, signal = new AbortController().signal) => {
  const onStart = vi.fn<() => void>();
  const outcome = await buildClient({ rootDir, env: process.env, signal, onStart });
  return { outcome, said: onStart.mock.calls.length };
};

describe('the built client', () => {
  it('is fresh while its sources are older', async () => {
    const { rootDir } = await checkout();
    await expect(isClientStale(rootDir)).resolves.toBe(false);
  });

  it.each(['apps/desktop/src/renderer/main.tsx', 'packages/api/src/new.ts', 'packages/domain/src/x/y.ts'])(
    'is stale when a source is newer: %s',
    async (path) => {
      const { rootDir, write } = await checkout();
      await write(path, 'changed', new Date('2020-01-03T00:00:00Z'));
      await expect(isClientStale(rootDir)).resolves.toBe(true);
    },
  );

  it('is stale when a source went, and when it is missing', async () => {
    const { rootDir, remove } = await checkout();
    await remove('packages/domain/src/x/y.ts');
    await expect(isClientStale(rootDir)).resolves.toBe(true);
    const other = await checkout();
    await other.remove(PAGE);
    await expect(isClientStale(other.rootDir)).resolves.toBe(true);
  });
});

describe('building it', () => {
  it('does nothing when it is fresh', async () => {
    const { rootDir } = await checkout();
    await expect(build(rootDir)).resolves.toEqual({ outcome: { kind: 'fresh' }, said: 0 });
  });

  it('runs once, and what Turbo gives back from its store counts as fresh', async () => {
    const { rootDir, remove } = await checkout(
      turbo(`const fs = require('node:fs');
        fs.mkdirSync('apps/desktop/out/renderer', { recursive: true });
        fs.writeFileSync('${PAGE}', process.argv.slice(2).join(' '));
        fs.utimesSync('${PAGE}', 0, 0);`),
    );
    await remove(PAGE);
    await expect(build(rootDir)).resolves.toEqual({ outcome: { kind: 'built' }, said: 1 });
    expect(await readFile(join(rootDir, PAGE), 'utf8')).toBe('run build --filter=@rsm/desktop');
    expect((await stat(join(rootDir, PAGE))).mtimeMs).toBeGreaterThan(0);
  });

  it('says with which status it failed, and leaves what was there', async () => {
    const { rootDir } = await checkout(turbo('process.exit(7)'));
    await utimes(join(rootDir, PAGE), new Date(0), new Date(0));
    const { outcome } = await build(rootDir);
    expect(outcome).toEqual({ kind: 'failed', reason: 'it ended with status 7' });
    expect(await readFile(join(rootDir, PAGE), 'utf8')).toBe('built before');
  });

  it('ends with the demo, with all that it started', async () => {
    const { rootDir, remove } = await checkout(
      turbo(`const { spawn } = require('node:child_process');
        const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
        require('node:fs').writeFileSync('grandchild', String(child.pid));
        setInterval(() => {}, 1000);`),
    );
    await remove(PAGE);
    const stopping = new AbortController();
    const building = build(rootDir, stopping.signal);
    const pid = await waitFor(
      'the build to start another process',
      10_000,
      async () => Number(await readFile(join(rootDir, 'grandchild'), 'utf8').catch(() => '')) || null,
    );
    stopping.abort();
    expect((await building).outcome).toEqual({ kind: 'stopped' });
    await waitFor('the other process to end', 10_000, () => Promise.resolve(isRunning(pid) ? null : true));
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
