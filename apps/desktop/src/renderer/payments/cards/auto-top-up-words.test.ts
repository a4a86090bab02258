import { describe, expect, it } from 'vitest';
import { autoTopUpState } from './auto-top-up-words.ts';

const at = new Date('2031-02-03T10:00:00Z');

describe('the automatic top-up', () => {
  it('is off as long as nobody wants it', () => {
    expect(autoTopUpState(null)).toMatchObject({ label: 'Off', sentence: null });
  });

  it('is on', () => {
    expect(autoTopUpState({ stopped: null, pausedUntil: null })).toMatchObject({ label: 'On', sentence: null });
  });

  it('says until when it rests', () => {
    const { label, sentence } = autoTopUpState({ stopped: null, pausedUntil: at });
    expect(label).toBe('Resting');
    expect(sentence).toMatch(/goes on by itself on .*2031/);
  });

  it('says why it has stopped and what to do, even while a limit rests it, too', () => {
    const { label, sentence } = autoTopUpState({ stopped: { at, reason: 'The card was declined.' }, pausedUntil: at });
    expect(label).toBe('Stopped');
    expect(sentence).toMatch(/2031.*The card was declined\. Set it up anew/);
  });
});
