import { describe, expect, it } from 'vitest';
import { paletteScore } from './palette-score.ts';

describe('what the palette finds', () => {
  it('needs every typed word, in any order and case', () => {
    expect(paletteScore('go SSH keys', 'KEYS ssh')).toBe(1);
    expect(paletteScore('go SSH keys', 'ssh wallet')).toBe(0);
  });

  it('puts the beginning of a word before its middle', () => {
    expect(paletteScore('go Bookings', 'book')).toBeGreaterThan(paletteScore('go Notebook', 'book'));
  });

  it('finds entries with an id by their names alone', () => {
    const id = 'booking 0199add0-0000-7000-8000-0000000000ad';
    expect(paletteScore(id, 'add', ['Quiet build server'])).toBe(0);
    expect(paletteScore(id, 'quiet', ['Quiet build server'])).toBe(1);
  });

  it('shows everything before anything is typed', () => {
    expect(paletteScore('go Wallet', '  ')).toBe(1);
  });
});
