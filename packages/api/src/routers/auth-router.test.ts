import { describe, expect, it } from 'vitest';
import { DomainError } from '@rsm/domain/common/domain-error';
import { instant } from '@rsm/domain/common/instant';
import type { IdentitySession } from '@rsm/domain/identity/identity-provider';
import type { SessionCarrier } from '../session-carrier.ts';
import { callProcedure, fakeContext, servicesThat } from '../testing/fake-services.ts';

const session: IdentitySession = {
  accessToken: 'access',
  accessTokenExpiresAt: instant(1_000),
  sessionSecret: 'long-lived-secret',
  sessionExpiresAt: instant(2_000),
};

/** As the server keeps it for the web page: in a cookie. */
function cookieJar(): { carrier: SessionCarrier; jar: { secret: string | null } } {
  const jar = { secret: null as string | null };
  return {
    jar,
    carrier: {
      give: (given) => {
        jar.secret = given.sessionSecret;
        return { ...given, sessionSecret: null };
      },
      take: () => {
        if (jar.secret === null) throw new DomainError('session_expired', 'There is no session.');
        return jar.secret;
      },
      drop: () => {
        jar.secret = null;
      },
    },
  };
}

const signIn = { path: 'auth.signIn', type: 'mutation' } as const;
const refresh = { path: 'auth.refresh', type: 'mutation' } as const;
const signOut = { path: 'auth.signOut', type: 'mutation' } as const;
const credentials = { email: ' Ada@Example.org ', password: 'correct horse battery' };

function door() {
  const calls: unknown[] = [];
  const services = servicesThat(({ name, args }) => {
    calls.push([name, ...args]);
    return Promise.resolve(name === 'auth.signOut' ? undefined : session);
  });
  return { calls, services };
}

describe('the door', () => {
  it('hands the session out in the body to a client that keeps it', async () => {
    const { calls, services } = door();
    const ctx = fakeContext({ services, actor: null });
    await expect(callProcedure(signIn, ctx, credentials)).resolves.toMatchObject({
      sessionSecret: 'long-lived-secret',
      accessTokenExpiresAt: new Date(1_000),
    });
    await callProcedure(refresh, ctx, { sessionSecret: 'long-lived-secret' });
    expect(calls).toEqual([
      ['auth.signIn', { clientAddress: '203.0.113.9' }, { ...credentials, email: 'Ada@Example.org' }],
      ['auth.refresh', { clientAddress: '203.0.113.9' }, { sessionSecret: 'long-lived-secret' }],
    ]);
  });

  it('keeps it from the body where the server holds it in a cookie', async () => {
    const { calls, services } = door();
    const { carrier, jar } = cookieJar();
    const ctx = fakeContext({ services, actor: null, request: { session: carrier } });
    await expect(callProcedure(signIn, ctx, credentials)).resolves.toMatchObject({ sessionSecret: null });
    await callProcedure(refresh, ctx, undefined);
    expect(calls.at(-1)).toEqual([
      'auth.refresh',
      { clientAddress: '203.0.113.9' },
      { sessionSecret: 'long-lived-secret' },
    ]);
    await expect(callProcedure(signOut, ctx, {})).resolves.toEqual({ done: true });
    expect(jar.secret).toBeNull();
  });

  it('asks to sign in again when there is no session at all', async () => {
    const ctx = fakeContext({ services: door().services, actor: null });
    await expect(callProcedure(refresh, ctx, {})).rejects.toMatchObject({ client: { code: 'session_expired' } });
  });

  it.each([
    [{ ...credentials, email: 'nobody' }, 'email'],
    [{ ...credentials, password: '' }, 'password'],
    [{ ...credentials, password: 'x'.repeat(129) }, 'password'],
    [{ ...credentials, email: `${'a'.repeat(250)}@example.org` }, 'email'],
  ])('names the field that it cannot take: %#', async (input, field) => {
    const { calls, services } = door();
    const ctx = fakeContext({ services, actor: null });
    await expect(callProcedure(signIn, ctx, input)).rejects.toMatchObject({ client: { code: 'invalid_input', field } });
    expect(calls).toEqual([]);
  });
});
