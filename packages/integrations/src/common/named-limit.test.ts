import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { NamedLimit } from './named-limit.ts';

describe('NamedLimit', () => {
  it('never runs more than its limit at once and serves in order', async () => {
    const limit = new NamedLimit({ name: 'test', atOnceMax: 2, queueMax: 10, waitMsMax: 1_000 });
    let running = 0;
    let most = 0;
    const order: number[] = [];
    await Promise.all(
      [0, 1, 2, 3, 4, 5].map((n) =>
        limit.run(async () => {
          order.push(n);
          most = Math.max(most, ++running);
          await sleep(5);
          running -= 1;
        }),
      ),
    );
    expect(most).toBe(2);
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('refuses work beyond its queue without beginning it', async () => {
    const limit = new NamedLimit({ name: 'test', atOnceMax: 1, queueMax: 1, waitMsMax: 1_000 });
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    const first = limit.run(() => opened);
    const second = limit.run(async () => 'second');
    let begun = false;
    await expect(
      limit.run(async () => {
        begun = true;
      }),
    ).rejects.toMatchObject({ code: 'busy' });
    expect(begun).toBe(false);
    open();
    await first;
    await expect(second).resolves.toBe('second');
  });

  it('gives up after the longest wait and leaves the queue', async () => {
    const limit = new NamedLimit({ name: 'test', atOnceMax: 1, queueMax: 1, waitMsMax: 10 });
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    const first = limit.run(() => opened);
    await expect(limit.run(async () => undefined)).rejects.toMatchObject({ code: 'busy' });
    // Its place in the queue is free again.
    const third = limit.run(async () => 'third');
    open();
    await first;
    await expect(third).resolves.toBe('third');
  });

  it('frees the place of work that failed', async () => {
    const limit = new NamedLimit({ name: 'test', atOnceMax: 1, queueMax: 0, waitMsMax: 10 });
    await expect(limit.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(limit.run(async () => 'next')).resolves.toBe('next');
  });
});
