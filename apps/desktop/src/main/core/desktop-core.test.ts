import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { channelNames } from '../../shared/channel-names.ts';
import { SAVED_BINARY_BYTES_MAX } from '../../shared/channels.ts';
import { createDesktopCore, type WindowMessage } from './desktop-core.ts';
import { createFakeApi } from './test-support/fake-api.ts';
import { fakeSecrets } from './test-support/fake-secrets.ts';

const BOOKING = '0197a5c0-0000-7000-8000-000000000001';
const page = { url: 'app://rsm/', isMainFrame: true };

let house: string;
beforeEach(async () => {
  house = await mkdtemp(join(tmpdir(), 'rsm-core-'));
  await writeFile(join(house, 'index.html'), 'start');
});
afterEach(async () => rm(house, { recursive: true }));

function setUp() {
  const sent: WindowMessage[] = [];
  const loaded: string[] = [];
  const opened: string[] = [];
  const clicks: (() => void)[] = [];
  let focused = 0;
  let place: string | null = null;
  const api = createFakeApi({
    'server.info': () => ({ version: '1.0.0', oldestClientVersion: '0.1.0', currency: 'EUR' }),
    'auth.signIn': () => ({
      accessToken: 'token-1',
      accessTokenExpiresAt: new Date(Date.now() + 300_000),
      sessionSecret: 'the-session-secret',
      sessionExpiresAt: new Date(Date.now() + 900_000),
    }),
    'auth.signOut': () => ({ done: true }),
  });
  const core = createDesktopCore({
    version: '0.1.0',
    platform: 'linux',
    ports: {
      folders: { renderer: house, data: join(house, 'data'), home: house },
      sshAgent: null,
      secrets: fakeSecrets(),
      window: { load: (url) => loaded.push(url), focus: () => (focused += 1) },
      dialogs: {
        chooseFolder: async () => place,
        chooseFile: async () => place,
        choosePlace: async () => place,
      },
      browser: { open: async (url) => void opened.push(url) },
      notifications: { show: ({ onClick }) => clicks.push(onClick) },
      updates: { kind: 'off', reason: 'No feed.' },
      fetch: api.fetch,
      log: () => undefined,
    },
  });
  core.onSend((message) => sent.push(message));
  return {
    core,
    sent,
    loaded,
    opened,
    clicks,
    focused: () => focused,
    choose: (path: string | null) => (place = path),
    call: async (channel: string, input?: unknown) => core.handle(channel, input, page),
    ...api,
  };
}

describe('the core', () => {
  it('takes a person from the choice of a server to signing out, and shows no secret on the way', async () => {
    const { core, call, loaded, calls } = setUp();
    expect(await call('server.choose', { url: 'market.example' })).toEqual({ ok: true, value: null });
    await expect.poll(() => loaded).toEqual(['app://rsm/']);
    const { headers } = await core.resolve({ url: 'app://rsm/', method: 'GET' });
    expect(headers['content-security-policy']).toContain("connect-src 'self' https://market.example;");

    const signedIn = await call('session.signIn', { email: 'ada@example.org', password: 'x' });
    expect(signedIn).toMatchObject({ ok: true, value: { token: 'token-1' } });
    expect(JSON.stringify(signedIn)).not.toContain('the-session-secret');
    expect(await call('session.storage')).toEqual({ ok: true, value: 'key_chain' });
    expect(await call('session.signOut')).toEqual({ ok: true, value: null });
    expect(await call('session.refresh')).toEqual({ ok: true, value: null });
    expect(calls.map(({ path }) => path)).toEqual(['server.info', 'auth.signIn', 'auth.signOut']);
  });

  it('writes its files for the person alone, and nothing secret in plain text', async () => {
    const { call } = setUp();
    await call('server.choose', { url: 'market.example' });
    await call('session.signIn', { email: 'ada@example.org', password: 'the-password' });
    const folder = join(house, 'data');
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await readdir(folder)).toSorted()).toEqual(['settings.json', 'vault.json']);
    for (const name of await readdir(folder)) {
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
      expect(await readFile(join(folder, name), 'utf8')).not.toMatch(/the-session-secret|the-password|token-1/);
    }
  });

  it('answers every channel, and none with an error that nobody foresaw', async () => {
    const { call } = setUp();
    const codes = new Set<string>();
    for (const name of channelNames) {
      const answer = await call(name);
      codes.add(answer.ok ? 'ok' : answer.error.code);
    }
    expect([...codes].toSorted()).toEqual(['invalid_input', 'ok']);
  });

  it('logs in nowhere without a session, and has nothing open', async () => {
    const { call } = setUp();
    await call('server.choose', { url: 'market.example' });
    expect(await call('terminal.open', { bookingId: BOOKING, size: { cols: 80, rows: 24 } })).toMatchObject({
      ok: false,
      error: { code: 'unauthenticated', remedy: expect.any(String) as string },
    });
    expect(await call('forwards.list', { bookingId: BOOKING })).toEqual({ ok: true, value: [] });
  });

  it('opens links outside only after it checked them', async () => {
    const { call, opened } = setUp();
    expect(await call('app.openExternal', { url: 'https://example.org/' })).toEqual({ ok: true, value: null });
    expect(await call('app.openExternal', { url: 'file:///etc/passwd' })).toMatchObject({
      ok: false,
      error: { code: 'invalid_address', field: 'url' },
    });
    expect(opened).toEqual(['https://example.org/']);
  });

  it('keeps a link that came before the page listened, and brings the window to the front', async () => {
    const { core, call, sent, focused } = setUp();
    core.openDeepLink(`rsm://booking/${BOOKING}`);
    core.openDeepLink('rsm://nonsense');
    expect(sent).toEqual([]);
    await call('app.listening');
    expect(sent).toEqual([{ name: 'app.command', body: { kind: 'navigate', path: `/bookings/${BOOKING}` } }]);
    expect(focused()).toBe(2);
  });

  it('shows the screen that a notification is about when it is clicked', async () => {
    const { call, clicks, sent, focused } = setUp();
    await call('app.listening');
    await call('app.notify', { title: 'Ready', body: 'Your machine is ready.', path: '/bookings/1' });
    clicks[0]?.();
    expect(sent).toEqual([{ name: 'app.command', body: { kind: 'navigate', path: '/bookings/1' } }]);
    expect(focused()).toBe(1);
  });

  it('saves a text where the person says, and says when it can’t', async () => {
    const { call, choose } = setUp();
    const input = { suggestedName: 'certificate.jws', text: 'eyJ' };
    expect(await call('files.saveText', input)).toEqual({ ok: true, value: false });
    choose(join(house, 'certificate.jws'));
    expect(await call('files.saveText', input)).toEqual({ ok: true, value: true });
    expect(await readFile(join(house, 'certificate.jws'), 'utf8')).toBe('eyJ');
    choose(join(house, 'no/such/folder'));
    expect(await call('files.saveText', input)).toMatchObject({ ok: false, error: { code: 'file_failed' } });
  });

  it('saves bytes as they are', async () => {
    const { call, choose } = setUp();
    const bytes = Uint8Array.from([0x25, 0x50, 0x44, 0x46, 0x00, 0xff, 0xfe]);
    const input = { suggestedName: 'INV-2026-000001.pdf', base64: Buffer.from(bytes).toString('base64') };
    expect(await call('files.saveBinary', input)).toEqual({ ok: true, value: false });
    choose(join(house, 'invoice.pdf'));
    expect(await call('files.saveBinary', input)).toEqual({ ok: true, value: true });
    expect(new Uint8Array(await readFile(join(house, 'invoice.pdf')))).toEqual(bytes);
    choose(join(house, 'no/such/folder'));
    expect(await call('files.saveBinary', input)).toMatchObject({ ok: false, error: { code: 'file_failed' } });
  });

  it('saves a file of the largest size, and refuses one that is larger', async () => {
    const { call, choose } = setUp();
    const largest = Buffer.alloc(SAVED_BINARY_BYTES_MAX, 7);
    choose(join(house, 'large.pdf'));
    expect(await call('files.saveBinary', { suggestedName: 'large.pdf', base64: largest.toString('base64') })).toEqual({
      ok: true,
      value: true,
    });
    expect((await readFile(join(house, 'large.pdf'))).equals(largest)).toBe(true);
    const base64 = Buffer.concat([largest, Buffer.alloc(3)]).toString('base64');
    expect(await call('files.saveBinary', { suggestedName: 'larger.pdf', base64 })).toMatchObject({
      ok: false,
      error: { code: 'invalid_input', field: 'base64' },
    });
  });

  it('reads a public key, and never a private one that was chosen by mistake', async () => {
    const { call, choose } = setUp();
    await writeFile(join(house, 'a.pub'), 'ssh-ed25519 AAAA ada\n');
    await writeFile(join(house, 'b.pub'), '-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n');
    await writeFile(join(house, 'c.pub'), 'x'.repeat(20_000));
    expect(await call('keys.readPublicKeyFile')).toEqual({ ok: true, value: null });
    choose(join(house, 'a.pub'));
    expect(await call('keys.readPublicKeyFile')).toEqual({ ok: true, value: 'ssh-ed25519 AAAA ada\n' });
    for (const name of ['b.pub', 'c.pub', 'gone.pub']) {
      choose(join(house, name));
      const answer = await call('keys.readPublicKeyFile');
      expect(answer).toMatchObject({ ok: false, error: { code: 'file_failed' } });
      expect(JSON.stringify(answer)).not.toContain('c2VjcmV0');
    }
  });

  it('says why there are no updates', async () => {
    const { core, call } = setUp();
    core.start();
    expect(await call('app.updateState')).toEqual({ ok: true, value: { kind: 'off', reason: 'No feed.' } });
    expect(await call('app.installUpdate')).toMatchObject({ ok: true });
    await core.stop();
  });
});
