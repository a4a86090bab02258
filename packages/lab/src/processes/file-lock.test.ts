import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lockFile, withFileLock } from './file-lock.ts';

describe.skipIf(process.platform !== 'linux')('a file lock', () => {
  it('lets one piece of work in at a time', async () => {
    const path = lockPath();
    const events: string[] = [];
    const work = (name: string) =>
      withFileLock(path, 10_000, async () => {
        events.push(`${name} in`);
        await sleep(20);
        events.push(`${name} out`);
      });

    await Promise.all([work('a'), work('b'), work('c')]);

    for (let at = 0; at < events.length; at += 2) {
      expect(events[at + 1]).toBe(events[at]?.replace(' in', ' out'));
    }
    expect(events).toHaveLength(6);
  });

  it('is given back when the work throws', async () => {
    const path = lockPath();

    await expect(withFileLock(path, 1000, () => Promise.reject(new Error('broken work')))).rejects.toThrow(
      'broken work',
    );

    const lock = await lockFile(path, 1000);
    lock.release();
  });

  it('says who is in the way after the wait', async () => {
    const path = lockPath();
    const lock = await lockFile(path, 1000);

    await expect(lockFile(path, 1000)).rejects.toThrow(`${path}: another process held the lock for more than 1 s`);
    lock.release();
  });

  it('says so when there can be no such file', async () => {
    await expect(lockFile('/proc/no/such/folder/lock', 1000)).rejects.toThrow('this file cannot be locked');
  });
});

function lockPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rsm-lab-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'lock');
}
