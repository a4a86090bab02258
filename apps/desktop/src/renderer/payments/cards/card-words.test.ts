import type { CardRead } from '@rsm/api/schemas/payments';
import { describe, expect, it } from 'vitest';
import { cardName, expiryText, firstChoice, isExpired } from './card-words.ts';

const NOW_MS = new Date(2031, 7, 31, 23, 59).getTime();

const card = (change: Partial<CardRead> = {}): CardRead => ({
  id: 'first',
  brand: 'visa',
  lastFour: '4242',
  expiryMonth: 8,
  expiryYear: 2031,
  isDefault: false,
  createdAt: new Date(0),
  ...change,
});

describe('a card', () => {
  it('is named as its owner knows it', () => {
    expect(cardName(card())).toBe('Visa •••• 4242');
    expect(cardName(card({ brand: 'somebank' }))).toBe('somebank •••• 4242');
    expect(expiryText(card())).toBe('08/2031');
  });

  it.each([
    [8, 2031, false],
    [7, 2031, true],
    [12, 2030, true],
    [1, 2032, false],
  ])('that expires in %d/%d has expired on the last evening of 08/2031: %s', (expiryMonth, expiryYear, expired) => {
    expect(isExpired({ expiryMonth, expiryYear }, NOW_MS)).toBe(expired);
  });
});

describe('the card that is chosen at first', () => {
  it('is the one that its owner made the first', () => {
    const second = card({ id: 'second', isDefault: true });
    expect(firstChoice([card(), second], NOW_MS)).toBe(second);
  });

  it('is never one that has expired', () => {
    const old = card({ id: 'old', isDefault: true, expiryYear: 2030 });
    expect(firstChoice([old, card()], NOW_MS)?.id).toBe('first');
    expect(firstChoice([old], NOW_MS)).toBeUndefined();
  });
});
