import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startDemoClient } from './demo-client.ts';

const URL_SHOWN = 'http://127.0.0.1:4600';

/** A checkout whose build is the given script. */
async function setup(script: string) {
  const rootDir = await mkdtemp(join(tmpdir(), 'rsm-demo-client-'));
  onTestFinished(async () => rm(rootDir, { recursive: true }));
  for (const [path, content] of [
    ['node_modules/turbo/bin/turbo', script],
    ['node_modules/turbo/package.json', '{}'],
    ['tools/turbo.env', ''],
    ['apps/desktop/package.json', '{}'],
  ] as const) {
    await mkdir(join(rootDir, dirname(path)), { recursive: true });
    await writeFile(join(rootDir, path), content);
  }
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const client = startDemoClient({ rootDir, env: process.env, platform: 'linux', uid: 1_000, print: say, warn: say });
  onTestFinished(async () => client.stop());
  return { client, lines };
}

const BUILDS = `const fs = require('node:fs');
  fs.mkdirSync('apps/desktop/out/renderer', { recursive: true });
  fs.writeFileSync('apps/desktop/out/renderer/index.html', '');`;

it('says when the page is there and why no window opened', async () => {
  const { client, lines } = await setup(BUILDS);
  const loadPage = vi.fn<() => Promise<boolean>>(async () => true);
  client.show({ loadPage }, URL_SHOWN);
  await vi.waitFor(() => expect(lines).toHaveLength(3), 10_000);
  expect(lines[0]).toMatch(/^Building the web page in the background/);
  expect(lines[1]).toBe(`Web: ${URL_SHOWN}`);
  expect(lines[2]).toMatch(/^No desktop window: .+\. The web page shows the same\.$/);
  expect(loadPage).toHaveBeenCalledTimes(1);
});

it('says in one sentence that the build failed, and still shows what was built before', async () => {
  const { client, lines } = await setup('process.exit(1)');
  client.show({ loadPage: async () => true }, URL_SHOWN);
  await vi.waitFor(() => expect(lines.length).toBeGreaterThan(2), 10_000);
  expect(lines[1]).toMatch(/^The web page could not be built \(it ended with status 1\); "npm run build" shows why/);
  expect(lines[2]).toBe(`Web: ${URL_SHOWN}`);
});

it('stops at once while it builds, and says nothing more', async () => {
  const { client, lines } = await setup('setInterval(() => {}, 1000)');
  const loadPage = vi.fn<() => Promise<boolean>>(async () => true);
  client.show({ loadPage }, URL_SHOWN);
  await vi.waitFor(() => expect(lines).toHaveLength(1), 10_000);
  const startedAt = Date.now();
  await client.stop();
  expect(Date.now() - startedAt).toBeLessThan(10_000);
  expect(loadPage).not.toHaveBeenCalled();
  expect(lines).toHaveLength(1);
});
