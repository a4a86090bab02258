import { describe, expect, it } from 'vitest';
import { updateWords } from './update-words.ts';

describe('the words of an update', () => {
  it('name the version and how far it is', () => {
    expect(updateWords({ kind: 'downloading', version: '0.2.0', percent: 41.6 })).toBe(
      'Version 0.2.0 is being downloaded: 42 %',
    );
    expect(updateWords({ kind: 'ready', version: '0.2.0' })).toContain('0.2.0 is ready');
  });

  it('say why there are none', () => {
    expect(updateWords({ kind: 'off', reason: 'no feed is set.' })).toContain('no feed is set.');
    expect(updateWords({ kind: 'failed', message: 'The feed did not answer.' })).toContain('did not answer');
  });
});
