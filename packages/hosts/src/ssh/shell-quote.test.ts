import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellQuote } from './shell-quote.ts';

describe('shellQuote', () => {
  it('gives a real shell back exactly the words that went in', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: 'grapheme', maxLength: 40 }).filter((word) => !word.includes('\0')),
          { minLength: 1, maxLength: 30 },
        ),
        (words) => {
          const script = `printf '%s\\0' ${words.map(shellQuote).join(' ')}`;
          const output = execFileSync('/bin/sh', ['-c', script]).toString('utf8');
          expect(output.split('\0').slice(0, -1)).toEqual(words.map((word) => Buffer.from(word).toString()));
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each(["'", "';id;'", '$(id)', '`id`', 'a\nb', '-rf', '', '\\', '!!', '*'])('keeps %j one literal word', (word) => {
    expect(execFileSync('/bin/sh', ['-c', `printf '%s' ${shellQuote(word)}`]).toString()).toBe(word);
  });

  it('refuses what no command line can carry', () => {
    expect(() => shellQuote('a\0b')).toThrow(/NUL/);
    expect(() => shellQuote(1.5)).toThrow(/safe integer/);
    expect(() => shellQuote(Number.NaN)).toThrow(/safe integer/);
    expect(() => shellQuote(2 ** 60)).toThrow(/safe integer/);
  });
});
