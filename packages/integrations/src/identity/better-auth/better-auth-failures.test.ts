import { DomainError } from '@rsm/domain/common/domain-error';
import { describe, expect, it } from 'vitest';
import { betterAuthFailure } from './better-auth-failures.ts';

const apiError = (code: string) => Object.assign(new Error('Library text'), { name: 'APIError', body: { code } });

describe('betterAuthFailure', () => {
  it.each([
    [apiError('INVALID_EMAIL_OR_PASSWORD'), 'invalid_credentials'],
    [apiError('EMAIL_NOT_VERIFIED'), 'forbidden'],
    [apiError('USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL'), 'email_taken'],
    [apiError('INVALID_TOKEN'), 'token_invalid'],
    [apiError('TOKEN_EXPIRED'), 'token_invalid'],
    [apiError('UNAUTHORIZED'), 'session_expired'],
    [apiError('FAILED_TO_GET_SESSION'), 'busy'],
    [apiError('SOMETHING_NEW'), 'internal'],
    [Object.assign(new Error('Library text'), { code: 'ECONNREFUSED' }), 'busy'],
    [Object.assign(new Error('Library text'), { code: '57P01' }), 'busy'],
    [Object.assign(new Error('Library text'), { code: '23505' }), 'internal'],
    [new Error('timeout exceeded when trying to connect'), 'busy'],
    [new Error('Library text'), 'internal'],
    ['not even an error', 'internal'],
  ])('turns %s into %s', (error, code) => {
    const failure = betterAuthFailure(error);
    expect(failure).toMatchObject({ code });
    expect(failure.message).not.toContain('Library text');
    expect(failure.remedy).toBeDefined();
  });

  it('lets our own errors pass', () => {
    const own = new DomainError('busy', 'The server is busy.');
    expect(betterAuthFailure(own)).toBe(own);
  });
});
