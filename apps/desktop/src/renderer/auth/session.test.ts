import { expect, test } from 'vitest';
import type { AccessToken } from '../../shared/bridge.ts';
import { Session } from './session.ts';

const token = (): AccessToken => ({ token: 'a', expiresAtMs: Date.now() + 3_600_000 });

/** A session whose server gives these answers one after the other. */
function sessionOf(...answers: readonly (AccessToken | null | Error)[]) {
  const left = [...answers];
  const refused = async (): Promise<never> => Promise.reject(new Error('nobody asks this'));
  const session = new Session({
    signIn: refused,
    signUp: refused,
    signOut: refused,
    refresh: async () => {
      const answer = left.shift();
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer is left');
      return answer;
    },
  });
  const states: string[] = [];
  session.subscribe(() => states.push(session.state.kind));
  return { session, states };
}
const gone = new TypeError('Failed to fetch');

test('a start without the server signs nobody out, and is told once', async () => {
  const { session, states } = sessionOf(gone, gone);
  await expect(session.restore()).rejects.toThrow('Failed to fetch');
  await expect(session.restore()).rejects.toThrow('Failed to fetch');
  expect(session.state).toEqual({ kind: 'unknown', wasAsked: true });
  expect(states).toEqual(['unknown']);
});

test('the session goes on with the first token after that', async () => {
  const { session } = sessionOf(gone, token());
  await expect(session.restore()).rejects.toThrow('Failed to fetch');
  expect(await session.token()).toBe('a');
  expect(session.state).toEqual({ kind: 'signed_in' });
});

test('a server that is back and knows no session leaves nobody in doubt', async () => {
  const { session } = sessionOf(gone, null);
  await expect(session.restore()).rejects.toThrow('Failed to fetch');
  expect(await session.token()).toBeNull();
  expect(session.state).toEqual({ kind: 'signed_out', notice: null });
});
