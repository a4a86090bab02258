import { describe, expect, it, vi } from 'vitest';
import type { UpdateState } from '../../../shared/bridge.ts';
import type { UpdateEvent, UpdatesPort } from '../ports.ts';
import { afterEvent, createUpdater } from './updater.ts';

function setUp(check: () => Promise<void> = async () => undefined) {
  let tell: (event: UpdateEvent) => void = () => undefined;
  const install = vi.fn<() => void>();
  const checked = vi.fn(check);
  const states: UpdateState[] = [];
  const port: UpdatesPort = { kind: 'feed', check: checked, install, listen: (listener) => (tell = listener) };
  const updater = createUpdater({
    port,
    onState: (state) => states.push(state),
    log: () => undefined,
    checkIntervalMs: 1_000,
  });
  return { updater, states, install, checked, tell: (event: UpdateEvent) => tell(event) };
}

describe('updates', () => {
  it('looks, downloads, and waits for the person', async () => {
    const { updater, states, install, tell } = setUp();
    updater.start();
    tell({ kind: 'progress', version: '2.0.0', percent: 0 });
    tell({ kind: 'progress', version: '2.0.0', percent: 41.7 });
    updater.install();
    expect(install).not.toHaveBeenCalled();
    tell({ kind: 'downloaded', version: '2.0.0' });
    expect(states).toEqual([
      { kind: 'checking' },
      { kind: 'downloading', version: '2.0.0', percent: 0 },
      { kind: 'downloading', version: '2.0.0', percent: 42 },
      { kind: 'ready', version: '2.0.0' },
    ]);
    updater.install();
    expect(install).toHaveBeenCalledOnce();
    updater.stop();
  });

  it('says why there are none', () => {
    const updater = createUpdater({
      port: { kind: 'off', reason: 'No feed.' },
      onState: () => undefined,
      log: () => undefined,
    });
    updater.start();
    updater.install();
    expect(updater.state()).toEqual({ kind: 'off', reason: 'No feed.' });
  });

  it('says that a feed failed, and looks again later', async () => {
    vi.useFakeTimers();
    try {
      const { updater, checked } = setUp(async () => Promise.reject(new Error('ENOTFOUND updates.example')));
      updater.start();
      await vi.advanceTimersByTimeAsync(0);
      expect(updater.state()).toEqual({ kind: 'failed', message: 'The update feed can’t be read.' });
      await vi.advanceTimersByTimeAsync(1_000);
      expect(checked).toHaveBeenCalledTimes(2);
      updater.stop();
      await vi.advanceTimersByTimeAsync(10_000);
      expect(checked).toHaveBeenCalledTimes(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('does not ask again while one is on its way or ready', async () => {
    vi.useFakeTimers();
    try {
      const { updater, checked, tell } = setUp();
      updater.start();
      tell({ kind: 'downloaded', version: '2.0.0' });
      await vi.advanceTimersByTimeAsync(10_000);
      expect(checked).toHaveBeenCalledOnce();
      updater.stop();
    } finally {
      vi.useRealTimers();
    }
  });

  it('keeps a version that is ready, whatever comes after', () => {
    const ready: UpdateState = { kind: 'ready', version: '2.0.0' };
    for (const event of [
      { kind: 'none' },
      { kind: 'failed', message: 'x' },
      { kind: 'progress', version: '3', percent: 1 },
    ] as const) {
      expect(afterEvent(ready, event)).toBeNull();
    }
  });

  it.each([
    [Number.NaN, 0],
    [-1, 0],
    [Number.POSITIVE_INFINITY, 0],
    [99.6, 100],
    [250, 100],
  ])('shows %d as %d per cent', (percent, shown) => {
    expect(afterEvent({ kind: 'checking' }, { kind: 'progress', version: '2', percent })).toEqual({
      kind: 'downloading',
      version: '2',
      percent: shown,
    });
  });
});
