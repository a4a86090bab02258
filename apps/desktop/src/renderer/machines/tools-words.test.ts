import { expect, test } from 'vitest';
import { consentWords, namedTools } from './tools-words.ts';

const consent = {
  consentedAt: new Date('2026-11-28T10:00:00Z'),
  tools: [
    { tool: 'sysbench' as const, version: '1.0.20' },
    { tool: 'fio' as const, version: null },
  ],
  packageManager: 'apt' as const,
  finishedAt: new Date('2026-11-28T10:01:00Z'),
  problem: null,
};

test('what would be installed is named with its version, or with where the version comes from', () => {
  expect(namedTools(consent.tools)).toBe('sysbench 1.0.20, fio (newest of the machine’s sources)');
});

test('a consent says what came of it', () => {
  expect(consentWords({ ...consent, finishedAt: null })).toMatch(/^Installing sysbench .* is being done …$/);
  expect(consentWords(consent)).toMatch(/It was done\.$/);
  expect(consentWords({ ...consent, problem: 'apt failed.' })).toMatch(/It was not done: apt failed\.$/);
});
