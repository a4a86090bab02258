import { describe, expect, it } from 'vitest';
import { createServerChoice } from '../server/server-choice.ts';
import { createFakeApi, FakeApiError, type FakeCall } from '../test-support/fake-api.ts';
import { fakeSecrets } from '../test-support/fake-secrets.ts';
import { memoryFile } from '../test-support/memory-file.ts';
import { createVault } from '../vault/vault.ts';
import { createSessionKeeper } from './session-keeper.ts';

const SERVER = 'https://market.example';
const START_MS = Date.UTC(2030, 0, 1);
const ada = { email: 'ada@example.org', password: 'correct horse' };

const sessionOf = (number: number, secret: string | null = `secret-${String(number)}`) => ({
  accessToken: `token-${String(number)}`,
  accessTokenExpiresAt: new Date(START_MS + 300_000),
  sessionSecret: secret,
  sessionExpiresAt: new Date(START_MS + 86_400_000),
});

function setUp(
  procedures: Parameters<typeof createFakeApi>[0] = {},
  kept = { file: memoryFile(), secrets: fakeSecrets() },
) {
  let number = 0;
  const api = createFakeApi({
    'auth.signIn': () => sessionOf((number += 1)),
    'auth.refresh': () => sessionOf((number += 1)),
    'auth.signOut': () => ({ done: true }),
    'users.me': () => ({ id: 'me' }),
    ...procedures,
  });
  const clock = { nowMs: START_MS };
  const log = (): void => undefined;
  const version = '0.1.0';
  const { fetch } = api;
  const server = createServerChoice({ file: memoryFile(), version, fetch, log, preset: SERVER });
  const vault = createVault({ ...kept, log });
  const start = () => createSessionKeeper({ server, vault, version, fetch, log, now: () => clock.nowMs });
  return { ...kept, calls: api.calls, vault, clock, start, keeper: start() };
}
const pathsOf = (calls: readonly FakeCall[]): string[] => calls.map(({ path }) => path);

describe('the door', () => {
  it('hands out the short token, keeps the secret, and goes on with it after a new start', async () => {
    const { keeper, start, calls, file } = setUp();
    expect(await keeper.signIn(ada)).toEqual({ token: 'token-1', expiresAtMs: START_MS + 300_000 });
    expect(calls[0]).toMatchObject({ input: ada, clientVersion: '0.1.0', authorization: null });
    expect(file.text).not.toContain('secret-1');
    expect(await keeper.storage()).toBe('key_chain');

    expect(await start().refresh()).toMatchObject({ token: 'token-2' });
    expect(calls[1]).toMatchObject({ path: 'auth.refresh', input: { sessionSecret: 'secret-1' } });
  });

  it('lives in memory only where there is no key chain, and says so', async () => {
    const kept = { file: memoryFile(), secrets: fakeSecrets() };
    kept.secrets.available = false;
    const { keeper, start } = setUp({}, kept);
    await keeper.signIn(ada);
    expect(kept.file.text).toBeNull();
    expect(await keeper.storage()).toBe('memory');
    expect(await keeper.refresh()).toMatchObject({ token: 'token-2' });
    expect(await start().refresh()).toBeNull();
  });

  it('says memory also when the key chain went away between start and sign-in, and drops the older secret', async () => {
    const { keeper, start, secrets } = setUp();
    await keeper.signIn(ada);
    secrets.seal = async () => Promise.reject(new Error('locked'));
    await keeper.signIn(ada);
    expect(await keeper.storage()).toBe('memory');
    expect(await start().refresh()).toBeNull();
  });

  it('asks once, however many want a token at the same time', async () => {
    const { keeper, calls } = setUp();
    await keeper.signIn(ada);
    const tokens = await Promise.all([
      keeper.refresh(),
      keeper.refresh(),
      keeper.api().then(() => null),
      keeper.refresh(),
    ]);
    expect(pathsOf(calls)).toEqual(['auth.signIn', 'auth.refresh']);
    expect(tokens[0]).toEqual(tokens[3]);
  });

  it('keeps the secret that a refresh changes', async () => {
    const { keeper, start, calls } = setUp();
    await keeper.signIn(ada);
    await keeper.refresh();
    await start().refresh();
    expect(calls.at(-1)?.input).toEqual({ sessionSecret: 'secret-2' });
  });

  it('calls the API with a token that is good for a while, and with a fresh one after that', async () => {
    const { keeper, calls, clock } = setUp();
    await keeper.signIn(ada);
    await (await keeper.api()).users.me.query();
    clock.nowMs += 280_000;
    await (await keeper.api()).users.me.query();
    expect(calls.filter(({ path }) => path === 'users.me').map(({ authorization }) => authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  it('forgets a session that the server ended', async () => {
    const { keeper, start } = setUp({
      'auth.refresh': () => {
        throw new FakeApiError('session_expired', 'This session has ended.', { httpStatus: 401 });
      },
    });
    await keeper.signIn(ada);
    expect(await keeper.refresh()).toBeNull();
    expect(await start().refresh()).toBeNull();
    await expect(keeper.api()).rejects.toMatchObject({ error: { code: 'unauthenticated' } });
  });

  it('keeps the session while the server can’t be reached', async () => {
    let reachable = false;
    const { keeper, start, vault } = setUp({
      'auth.refresh': () => {
        if (!reachable) throw new TypeError('fetch failed');
        return sessionOf(9);
      },
    });
    await keeper.signIn(ada);
    await expect(keeper.refresh()).rejects.toMatchObject({ error: { code: 'offline' } });
    expect(await vault.get(`session:${SERVER}`)).toBe('secret-1');
    reachable = true;
    expect(await start().refresh()).toMatchObject({ token: 'token-9' });
  });

  it('hands a refusal on with everything that the form shows', async () => {
    const fieldErrors = [{ path: 'email', message: 'Must be an e-mail address.' }];
    const { keeper } = setUp({
      'auth.signUp': () => {
        throw new FakeApiError('invalid_input', 'email: Must be an e-mail address.', {
          field: 'email',
          remedy: 'Correct it.',
          logId: 'log-1',
          fieldErrors,
        });
      },
    });
    await expect(keeper.signUp({ ...ada, displayName: 'Ada' })).rejects.toMatchObject({
      error: {
        code: 'invalid_input',
        message: 'email: Must be an e-mail address.',
        field: 'email',
        remedy: 'Correct it.',
        logId: 'log-1',
        fieldErrors,
      },
    });
  });

  it('signs up, with and without a letter that has to be answered first', async () => {
    const waiting = setUp({ 'auth.signUp': () => ({ kind: 'confirmation_required' }) });
    expect(await waiting.keeper.signUp({ ...ada, displayName: 'Ada' })).toEqual({ kind: 'confirmation_required' });
    expect(await waiting.keeper.refresh()).toBeNull();

    const at_once = setUp({ 'auth.signUp': () => ({ kind: 'signed_in', session: sessionOf(7) }) });
    expect(await at_once.keeper.signUp({ ...ada, displayName: 'Ada' })).toMatchObject({
      kind: 'signed_in',
      access: { token: 'token-7' },
    });
    expect(JSON.stringify(await at_once.keeper.refresh())).not.toContain('secret');
  });

  it('signs out here even when the server does not answer, and says that it was not told', async () => {
    const { keeper, start } = setUp({
      'auth.signOut': () => {
        throw new TypeError('fetch failed');
      },
    });
    await keeper.signIn(ada);
    await expect(keeper.signOut()).rejects.toMatchObject({ error: { code: 'offline' } });
    expect(await keeper.refresh()).toBeNull();
    expect(await start().refresh()).toBeNull();
  });

  it('does not bring a session back by a refresh that was on its way when the person signed out', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { keeper, vault } = setUp({
      'auth.refresh': async () => {
        await held;
        return sessionOf(5);
      },
    });
    await keeper.signIn(ada);
    const refreshing = keeper.refresh();
    await keeper.signOut();
    release();
    expect(await refreshing).toBeNull();
    expect(await keeper.refresh()).toBeNull();
    expect(await vault.get(`session:${SERVER}`)).toBeNull();
  });
});

it('wants a server before anything else', async () => {
  const { fetch } = createFakeApi({});
  const log = (): void => undefined;
  const server = createServerChoice({ file: memoryFile(), version: '0.1.0', fetch, log, preset: null });
  const vault = createVault({ file: memoryFile(), secrets: fakeSecrets(), log });
  const keeper = createSessionKeeper({ server, vault, version: '0.1.0', fetch, log });
  await expect(keeper.signIn(ada)).rejects.toMatchObject({ error: { code: 'no_server' } });
  expect(await keeper.refresh()).toBeNull();
});
