import { readFileSync } from 'node:fs';
import path from 'node:path';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { getTRPCErrorFromUnknown, TRPCError } from '@trpc/server';
import { describe, expect, it } from 'vitest';
import { DomainError, domainErrorCodes } from '@rsm/domain/common/domain-error';
import { clientErrorOf, MASKED_MESSAGE } from './client-error.ts';
import { trpcCodeOf } from './error-table.ts';

const statusOf = (code: keyof typeof trpcCodeOf) =>
  getHTTPStatusCodeFromError(new TRPCError({ code: trpcCodeOf[code] }));

describe('the error table', () => {
  it('has a line for every code', () => {
    expect(Object.keys(trpcCodeOf).toSorted()).toEqual([...domainErrorCodes].toSorted());
  });

  it.each(domainErrorCodes.filter((code) => code !== 'internal'))(
    'hands "%s" on with its sentence, field and remedy',
    (code) => {
      const error = new DomainError(code, 'What was wrong.', { field: 'range.end', remedy: 'What to do.' });
      expect(clientErrorOf(getTRPCErrorFromUnknown(error))).toEqual({
        trpcCode: trpcCodeOf[code],
        code,
        message: 'What was wrong.',
        field: 'range.end',
        remedy: 'What to do.',
        fieldErrors: [{ path: 'range.end', message: 'What was wrong.' }],
        masked: false,
      });
    },
  );

  it('masks "internal" even when somebody gave it a sentence', () => {
    const error = getTRPCErrorFromUnknown(new DomainError('internal', 'relation "users" does not exist'));
    expect(clientErrorOf(error)).toMatchObject({ code: 'internal', message: MASKED_MESSAGE, masked: true });
  });

  it.each([
    new Error('secret'),
    new TypeError('secret'),
    new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: 'secret' }),
    new TRPCError({ code: 'BAD_GATEWAY', message: 'secret' }),
    'secret',
    { issues: [{ message: 'secret', path: ['secret'] }] },
    Object.assign(new Error('secret'), { issues: [{ message: 'secret', path: ['secret'] }] }),
  ])('masks what it does not know: %s', (thrown) => {
    const known = clientErrorOf(getTRPCErrorFromUnknown(thrown));
    expect(known.code).toBe('internal');
    expect(JSON.stringify(known)).not.toContain('secret');
  });

  it('never repeats the text of an error that tRPC raised itself', () => {
    for (const code of [
      'PARSE_ERROR',
      'BAD_REQUEST',
      'NOT_FOUND',
      'METHOD_NOT_SUPPORTED',
      'PAYLOAD_TOO_LARGE',
    ] as const) {
      const known = clientErrorOf(new TRPCError({ code, message: 'what the client sent', cause: new Error('secret') }));
      expect(JSON.stringify(known)).not.toMatch(/what the client sent|secret/);
      expect(known.masked).toBe(false);
    }
  });
});

describe('docs/errors.md', () => {
  const text = readFileSync(path.join(import.meta.dirname, '../../../../docs/errors.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `([a-z_]+)` *\| *(\d{3}) *\| *(\S.*?) *\| *(\S.*?) *\|$/gm)];

  it('explains every code, with cause and next step, and no other', () => {
    expect(rows.map(([, code]) => code ?? '').toSorted()).toEqual([...domainErrorCodes].toSorted());
    for (const [, code, , cause, nextStep] of rows) {
      expect(cause?.length, `cause of ${code ?? ''}`).toBeGreaterThan(15);
      expect(nextStep?.length, `next step of ${code ?? ''}`).toBeGreaterThan(10);
    }
  });

  it.each(domainErrorCodes)('names the HTTP status of "%s" as the table has it', (code) => {
    expect(rows.find(([, documented]) => documented === code)?.[2]).toBe(String(statusOf(code)));
  });
});
