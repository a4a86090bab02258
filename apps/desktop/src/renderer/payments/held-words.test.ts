import { describe, expect, it } from 'vitest';
import { holdText, partText } from './held-words.ts';

const ended = { booking: 'wiping', wipe: 'running' } as const;

describe('why a share is held back', () => {
  it.each([
    ['clean_up', { booking: 'active', wipe: 'pending' }, /still runs/],
    ['clean_up', ended, /clean-up runs/],
    ['clean_up', { booking: 'quarantined', wipe: 'failed' }, /Run it again/],
    ['clean_up', { booking: 'quarantined', wipe: null }, /quarantined/],
    ['clean_up', { booking: 'revoking', wipe: null }, /access is being ended/],
    ['dispute', ended, /dispute/],
  ] as const)('%s of a booking that is %o', (hold, facts, text) => {
    expect(holdText(hold, facts, null)).toMatch(text);
  });

  it('names the end of the reserve', () => {
    expect(holdText('reserve', ended, new Date('2031-02-03T10:00:00Z'))).toMatch(/until .*2031/);
  });

  it('names the charge of a long booking only', () => {
    expect(partText(0)).toBe('');
    expect(partText(2)).toBe('Charge 3 of this booking.');
  });
});
