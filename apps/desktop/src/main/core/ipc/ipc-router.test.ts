import { describe, expect, it, vi } from 'vitest';
import { channelNames } from '../../../shared/channel-names.ts';
import { refusal } from '../errors/bridge-refusal.ts';
import { createIpcRouter, type ChannelHandlers } from './ipc-router.ts';

const BOOKING = '0197a5c0-0000-7000-8000-000000000001';
const TERMINAL = '6f0e7a62-96d8-4b0e-9c4d-0e6a3a4a2f11';
const page = { url: 'app://rsm/bookings', isMainFrame: true };
const access = { token: 'token', expiresAtMs: 1 };

function setUp(overrides: Partial<ChannelHandlers> = {}) {
  const called = vi.fn<(name: string, input: unknown) => void>();
  const handlers = Object.fromEntries(
    channelNames.map((name) => [
      name,
      async (input: unknown) => {
        called(name, input);
        return undefined;
      },
    ]),
  ) as unknown as ChannelHandlers;
  const events: string[] = [];
  const router = createIpcRouter({
    handlers: { ...handlers, ...overrides },
    log: ({ event, detail }) => events.push(`${event} ${detail}`),
  });
  return { router, called, events };
}

describe('calls of a window', () => {
  it('answers our own page', async () => {
    const { router } = setUp({ 'session.refresh': async () => access });
    expect(await router.handle('session.refresh', undefined, page)).toEqual({ ok: true, value: access });
  });

  it('hands a handler what the schema read, and no more', async () => {
    const { router, called } = setUp();
    const input = { terminalId: TERMINAL, data: 'whoami\r' };
    await router.handle('terminal.write', input, page);
    expect(called).toHaveBeenCalledWith('terminal.write', input);
  });

  it.each([
    ['a frame within our page', { url: 'app://rsm/', isMainFrame: false }],
    ['a page of the web', { url: 'https://evil.example/', isMainFrame: true }],
    ['a page of the server itself', { url: 'https://market.example/', isMainFrame: true }],
    ['a neighbour of our origin', { url: 'app://rsm.evil.example/', isMainFrame: true }],
    ['another host of our scheme', { url: 'app://evil/', isMainFrame: true }],
    ['a user at our origin', { url: 'app://rsm@evil/', isMainFrame: true }],
    ['a file', { url: 'file:///app://rsm/', isMainFrame: true }],
    ['an empty page', { url: 'about:blank', isMainFrame: true }],
    ['a page made of data', { url: 'data:text/html,app://rsm/', isMainFrame: true }],
    ['a frame that is gone', { url: '', isMainFrame: false }],
  ])('refuses %s on every channel, and says nothing about it', async (_who, sender) => {
    const { router, called, events } = setUp();
    for (const name of channelNames) {
      expect(await router.handle(name, undefined, sender)).toMatchObject({
        ok: false,
        error: { code: 'call_refused' },
      });
    }
    expect(called).not.toHaveBeenCalled();
    expect(events).toHaveLength(channelNames.length);
  });

  it.each([
    '',
    'session',
    'session.secret',
    'SESSION.refresh',
    'constructor',
    '__proto__',
    'toString',
    'terminal.event',
  ])('knows no channel named %j', async (name) => {
    const { router, called } = setUp();
    expect(await router.handle(name, undefined, page)).toMatchObject({ ok: false, error: { code: 'call_refused' } });
    expect(called).not.toHaveBeenCalled();
  });

  it.each([
    ['session.refresh', {}],
    ['session.refresh', null],
    ['session.signIn', undefined],
    ['session.signIn', 'ada@example.org'],
    ['session.signIn', { email: 'ada@example.org' }],
    ['session.signIn', { email: ['ada@example.org'], password: 'x' }],
    ['session.signIn', { email: 'a', password: 'b', remember: true }],
    ['session.signIn', { email: 'a'.repeat(1_001), password: 'b' }],
    ['server.choose', { url: 'x'.repeat(2_001) }],
    ['terminal.open', { bookingId: 'x', size: { cols: 80, rows: 24 } }],
    ['terminal.open', { bookingId: BOOKING, size: { cols: 0, rows: 24 } }],
    ['terminal.open', { bookingId: BOOKING, size: { cols: 80.5, rows: 24 } }],
    ['terminal.open', { bookingId: BOOKING, size: { cols: 1e9, rows: 24 } }],
    ['terminal.open', { bookingId: BOOKING, size: { cols: 80, rows: 24 }, host: 'evil.example' }],
    ['terminal.open', { bookingId: BOOKING, size: { cols: 80, rows: 24 }, hostKey: 'AAAA' }],
    ['terminal.write', { terminalId: '../1', data: 'x' }],
    ['terminal.write', { terminalId: TERMINAL, data: 'x'.repeat(1_048_577) }],
    ['terminal.write', { terminalId: TERMINAL, data: new Uint8Array(3) }],
    ['terminal.read', { terminalId: TERMINAL, chars: -1 }],
    ['forwards.open', { bookingId: BOOKING, remotePort: 0, localPort: null }],
    ['forwards.open', { bookingId: BOOKING, remotePort: 65_536, localPort: null }],
    ['forwards.open', { bookingId: BOOKING, remotePort: 8888, localPort: null, remoteHost: '10.0.0.1' }],
    ['files.pull', { bookingId: BOOKING, remotePath: '' }],
    ['files.pull', { bookingId: BOOKING, remotePath: 'a\0b' }],
    ['files.pull', { bookingId: BOOKING, remotePath: 'results', folder: '/etc' }],
    ['files.saveText', { suggestedName: '../../.bashrc', text: '' }],
    ['files.saveText', { suggestedName: '/etc/passwd', text: '' }],
    ['files.saveText', { suggestedName: 'a\\b', text: '' }],
    ['files.saveText', { suggestedName: '.hidden', text: '' }],
    ['files.saveBinary', { suggestedName: '../../.bashrc', base64: '' }],
    ['files.saveBinary', { suggestedName: 'a.pdf', base64: 'JVBE*g==' }],
    ['files.saveBinary', { suggestedName: 'a.pdf', base64: 'JVBER' }],
    ['files.saveBinary', { suggestedName: 'a.pdf', base64: 'JV==BERA' }],
    ['files.saveBinary', { suggestedName: 'a.pdf', base64: new Uint8Array(3) }],
    ['files.saveBinary', { suggestedName: 'a.pdf', base64: '', place: '/etc/passwd' }],
    ['keys.create', { name: '', place: 'key_chain' }],
    ['keys.create', { name: 'a\nssh-rsa AAAA', place: 'key_chain' }],
    ['keys.create', { name: 'laptop', place: '/tmp' }],
    ['keys.remove', { fingerprint: 'MD5:00' }],
    ['app.notify', { title: 'x', body: '', path: '//evil.example/' }],
    ['app.notify', { title: 'x', body: '', path: 'https://evil.example/' }],
    ['app.notify', { title: 'x', body: '', path: '/\\evil.example' }],
    ['app.notify', { title: 'x'.repeat(201), body: '', path: null }],
    ['app.openExternal', { url: 1 }],
  ])('refuses %s with %j, names the field, and does nothing', async (name, input) => {
    const { router, called } = setUp();
    const answer = await router.handle(name, input, page);
    expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
    expect(answer.ok ? [] : answer.error.fieldErrors).not.toEqual([]);
    expect(called).not.toHaveBeenCalled();
  });

  it('hands a refusal on with its fields', async () => {
    const { router } = setUp({
      'server.choose': async () => {
        throw refusal('invalid_address', 'No.', { field: 'url', remedy: 'Other.' });
      },
    });
    expect(await router.handle('server.choose', { url: 'x' }, page)).toEqual({
      ok: false,
      error: {
        code: 'invalid_address',
        message: 'No.',
        field: 'url',
        remedy: 'Other.',
        fieldErrors: [{ path: 'url', message: 'No.' }],
        logId: null,
      },
    });
  });

  it('says nothing of an error that nobody foresaw, and nothing that does not fit the answer’s schema', async () => {
    const { router, events } = setUp({
      'session.signOut': async () => {
        throw new Error('secret-of-the-session');
      },
      'session.refresh': async () => ({ ...access, sessionSecret: 'secret-of-the-session' }),
    });
    for (const name of ['session.signOut', 'session.refresh']) {
      const answer = await router.handle(name, undefined, page);
      expect(answer).toMatchObject({ ok: false, error: { code: 'internal' } });
      expect(JSON.stringify(answer)).not.toContain('secret-of-the-session');
    }
    expect(events).toEqual(['call_failed session.signOut', 'call_failed session.refresh']);
  });
});
