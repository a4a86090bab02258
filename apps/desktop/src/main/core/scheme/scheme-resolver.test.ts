import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSchemeResolver } from './scheme-resolver.ts';

let house: string;

beforeEach(async () => {
  house = await mkdtemp(join(tmpdir(), 'rsm-scheme-'));
  await mkdir(join(house, 'renderer/assets'), { recursive: true });
  await mkdir(join(house, 'renderer-secret'));
  await writeFile(join(house, 'renderer/index.html'), '<!doctype html>start');
  await writeFile(join(house, 'renderer/assets/app.js'), 'run()');
  await writeFile(join(house, 'renderer/assets/app.js.map'), '{}');
  await writeFile(join(house, 'renderer/notes.txt'), 'not served');
  await writeFile(join(house, 'secret.json'), '{"secret":true}');
  await writeFile(join(house, 'renderer-secret/secret.json'), '{"secret":true}');
});
afterEach(async () => rm(house, { recursive: true }));

function setUp(server: string | null = 'https://market.example') {
  const resolve = createSchemeResolver({
    rendererFolder: join(house, 'renderer'),
    serverOrigin: async () => server,
  });
  return {
    get: async (path: string, method = 'GET') => {
      const answer = await resolve({ url: `app://rsm/${path}`, method });
      return { ...answer, text: answer.body === null ? null : Buffer.from(answer.body).toString() };
    },
  };
}

describe('the scheme of the app', () => {
  it('serves the files of the renderer with their types', async () => {
    expect(await setUp().get('assets/app.js')).toMatchObject({
      status: 200,
      text: 'run()',
      headers: { 'content-type': 'text/javascript; charset=utf-8', 'x-content-type-options': 'nosniff' },
    });
  });

  it('serves the start page for every screen', async () => {
    for (const path of ['', 'bookings', 'bookings/1', 'assets']) {
      expect(await setUp().get(path)).toMatchObject({ status: 200, text: '<!doctype html>start' });
    }
  });

  it('does not serve the start page for a file that is missing, so that a broken build shows itself', async () => {
    expect(await setUp().get('assets/gone.js')).toMatchObject({ status: 404, body: null });
  });

  it.each(['notes.txt', 'assets/app.js.map', '../secret.json', '%2e%2e/secret.json', '../renderer-secret/secret.json'])(
    'does not serve %s',
    async (path) => {
      const { status, body } = await setUp().get(path);
      expect([400, 404]).toContain(status);
      expect(body).toBeNull();
    },
  );

  it('follows no link out of its folder, not even to a sibling whose name begins alike', async () => {
    await symlink(join(house, 'secret.json'), join(house, 'renderer/link.json'));
    await symlink(join(house, 'renderer-secret'), join(house, 'renderer/inner'));
    expect(await setUp().get('link.json')).toMatchObject({ status: 404, body: null });
    expect(await setUp().get('inner/secret.json')).toMatchObject({ status: 404, body: null });
  });

  it('takes GET and HEAD only', async () => {
    expect(await setUp().get('index.html', 'POST')).toMatchObject({ status: 405, body: null });
    expect(await setUp().get('index.html', 'HEAD')).toMatchObject({ status: 200, body: null });
  });

  it('names the chosen server, and it alone, as where the page may connect to', async () => {
    const policyOf = async (server: string | null) =>
      (await setUp(server).get('')).headers['content-security-policy'] ?? '';
    expect(await policyOf('https://market.example:8443')).toMatch(/connect-src 'self' https:\/\/market\.example:8443;/);
    expect(await policyOf(null)).toMatch(/connect-src 'self';/);
  });

  it('admits no inline script, no frame, no plug-in and no form, on refusals too', async () => {
    for (const path of ['', 'gone.js', '../x.js']) {
      const policy = (await setUp().get(path)).headers['content-security-policy'] ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).not.toMatch(/script-src[^;]*unsafe|\*|https?:(?!\/\/market\.example)/);
      for (const none of ['frame-src', 'object-src', 'base-uri', 'form-action', 'frame-ancestors', 'worker-src']) {
        expect(policy).toContain(`${none} 'none'`);
      }
    }
  });
});
