import { expect, test } from 'vitest';
import type { FilesBridge, PullEvent } from '../../shared/bridge.ts';
import type { Session, SessionState } from '../auth/session.ts';
import { pullsOf, PullsStore } from './pulls-store.ts';

function setup() {
  let emit: (event: PullEvent) => void = () => undefined;
  const cancelled: string[] = [];
  const bridge: FilesBridge = {
    pull: async () => ({ ok: true, value: null }),
    cancelPull: async ({ pullId }) => {
      cancelled.push(pullId);
    },
    onPull: (listener) => {
      emit = listener;
      return () => undefined;
    },
    saveText: async () => ({ ok: true, value: false }),
    saveBinary: async () => ({ ok: true, value: false }),
  };
  const store = new PullsStore(bridge);
  return { store, bridge, cancelled, emit: (event: PullEvent) => emit(event) };
}

const begun = { pullId: 'p1', bookingId: 'b1', remotePath: '~/results' };

test('a copy tells how far it is, and how it ended', () => {
  const { store, emit } = setup();
  let seen = 0;
  store.subscribe(() => {
    seen += 1;
  });
  store.began(begun);
  emit({ kind: 'progress', pullId: 'p1', files: 1, bytes: 10, path: 'results/a' });
  expect(store.get()[0]?.state).toEqual({ kind: 'running', files: 1, bytes: 10, path: 'results/a' });
  emit({ kind: 'done', pullId: 'p1', files: 2, bytes: 20, skipped: 1 });
  expect(store.get()[0]?.state).toEqual({ kind: 'done', files: 2, bytes: 20, skipped: 1 });
  expect(seen).toBe(3);
});

test('news that came before the answer is not lost', () => {
  const { store, emit } = setup();
  emit({ kind: 'failed', pullId: 'p1', message: 'There is no such file.' });
  expect(store.get()).toEqual([]);
  store.began(begun);
  expect(store.get()[0]?.state).toEqual({ kind: 'failed', message: 'There is no such file.' });
});

test('cancelling asks the program, and a finished copy can be forgotten', async () => {
  const { store, cancelled } = setup();
  store.began(begun);
  await store.cancel('p1');
  expect(cancelled).toEqual(['p1']);
  store.forget('p1');
  expect(store.get()).toEqual([]);
});

test('only so many copies are remembered', () => {
  const { store } = setup();
  for (let count = 0; count < 30; count += 1) store.began({ ...begun, pullId: String(count) });
  expect(store.get()).toHaveLength(20);
  expect(store.get()[0]?.pullId).toBe('29');
});

test('copies end with the session, and the next person sees none', () => {
  const { bridge, cancelled } = setup();
  const listeners: (() => void)[] = [];
  const session: { state: SessionState; subscribe: Session['subscribe'] } = {
    state: { kind: 'signed_in' },
    subscribe: (listener: () => void) => {
      listeners.push(listener);
      return () => undefined;
    },
  };
  const store = pullsOf(bridge, session);
  expect(pullsOf(bridge, session)).toBe(store);
  store.began(begun);
  for (const listener of listeners) listener();
  expect(store.get()).toHaveLength(1);
  session.state = { kind: 'signed_out', notice: null };
  for (const listener of listeners) listener();
  expect(store.get()).toEqual([]);
  expect(cancelled).toEqual(['p1']);
});
