import { describe, expect, it } from 'vitest';
import { updateHint } from './client-age.ts';

describe('the hint to update', () => {
  it.each([
    ['0.1.0', '0.1.0'],
    ['0.2.0', '0.1.9'],
    ['1.0.0', '0.9.9'],
    ['0.10.0', '0.9.0'],
    ['development', '0.9.0'],
    ['0.1.0-beta.1', '0.1.0'],
  ])('is not given to %s where %s is the oldest', (version, oldestClientVersion) => {
    expect(updateHint({ oldestClientVersion }, { version, kind: 'desktop' })).toBeNull();
  });

  it.each([
    ['0.1.0', '0.1.1'],
    ['0.9.9', '0.10.0'],
    ['1.9.9', '2.0.0'],
  ])('names both versions to %s where %s is the oldest', (version, oldestClientVersion) => {
    const hint = updateHint({ oldestClientVersion }, { version, kind: 'desktop' });
    expect(hint).toContain(version);
    expect(hint).toContain(oldestClientVersion);
  });

  it('tells a page to load anew and a program to be installed anew', () => {
    expect(updateHint({ oldestClientVersion: '2.0.0' }, { version: '1.0.0', kind: 'web' })).toMatch(/Load this page/);
    expect(updateHint({ oldestClientVersion: '2.0.0' }, { version: '1.0.0', kind: 'desktop' })).toMatch(/Install/);
  });
});
