import type { ServerResponse } from 'node:http';
import { DomainError } from '@rsm/domain/common/domain-error';
import { DAY_MS } from '@rsm/domain/common/instant';
import { decodeJwt } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import type { Problem } from '../../common/problem-report.ts';
import type { IdentityContractHarness } from '../testing/identity-contract.ts';
import { describeIdentityContract } from '../testing/identity-contract.ts';
import { RunningClock } from '../testing/running-clock.ts';
import { createSupabaseIdentityProvider } from './supabase-identity-provider.ts';
import type { SupabaseIdentityOptions } from './supabase-options.ts';
import { PUBLISHABLE_KEY, SECRET_KEY, startGotrueStandIn } from './testing/gotrue-stand-in.ts';

const PASSWORD = 'correct horse battery staple';
const ADA = { email: 'ada@example.org', password: PASSWORD, displayName: 'Ada L.' };

describeIdentityContract('Supabase Auth', () => contractHarness(false));
describeIdentityContract('Supabase Auth without confirmation', () => contractHarness(true));

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

describe('Supabase adapter', () => {
  it('ends a token after five minutes although the project gives it an hour', async () => {
    const { provider } = await setup({ autoconfirm: true, tokenSeconds: 3600 });
    const outcome = await provider.signUp(ADA);
    if (outcome.kind !== 'signed_in') throw new Error('expected a session');
    const { iat = 0, exp = 0 } = decodeJwt(outcome.session.accessToken);
    expect(exp - iat).toBe(3600);
    expect(outcome.session.accessTokenExpiresAt).toBe((iat + 300) * 1000);
  });

  it('does not call an address verified when the project lets people in unconfirmed', async () => {
    const { provider } = await setup({ autoconfirm: true });
    const outcome = await provider.signUp(ADA);
    if (outcome.kind !== 'signed_in') throw new Error('expected a session');
    await expect(provider.verifyAccessToken(outcome.session.accessToken)).resolves.toMatchObject({
      emailVerified: false,
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['an anonymous person', { is_anonymous: true }],
    ['a person without an address', { email: '' }],
    ['the service itself', { role: 'service_role' }],
  ])('refuses a token of %s', async (_, change) => {
    const { provider, standIn } = await setup({ autoconfirm: true });
    const outcome = await provider.signUp(ADA);
    if (outcome.kind !== 'signed_in') throw new Error('expected a session');
    const payload = decodeJwt(outcome.session.accessToken);
    await expect(provider.verifyAccessToken(await standIn.sign({ ...payload }))).resolves.toBeDefined();
    await expect(provider.verifyAccessToken(await standIn.sign({ ...payload, ...change }))).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  it('cleans a display name that its owner made up in the project', async () => {
    const { provider, standIn } = await setup({ autoconfirm: true });
    const outcome = await provider.signUp(ADA);
    if (outcome.kind !== 'signed_in') throw new Error('expected a session');
    const payload = decodeJwt(outcome.session.accessToken);
    const named = async (display_name: unknown) =>
      (await provider.verifyAccessToken(await standIn.sign({ ...payload, user_metadata: { display_name } })))
        .displayName;
    await expect(named('Ada\nAdmin')).resolves.toBe('Ada Admin');
    await expect(named('x'.repeat(500))).resolves.toHaveLength(80);
    await expect(named(17)).resolves.toBe('Unnamed');
    await expect(named('  ')).resolves.toBe('Unnamed');
  });

  it('ends a session thirty days after the sign-in, at Supabase too', async () => {
    const { provider, standIn, clock } = await setup({ autoconfirm: true });
    const outcome = await provider.signUp(ADA);
    if (outcome.kind !== 'signed_in') throw new Error('expected a session');
    expect(outcome.session.sessionExpiresAt - clock.now()).toBeLessThanOrEqual(30 * DAY_MS);
    clock.advance(30 * DAY_MS);
    await expect(provider.refresh({ sessionSecret: outcome.session.sessionSecret })).rejects.toMatchObject({
      code: 'session_expired',
    });
    expect(standIn.sessions.size).toBe(0);
  });

  it('leaves no session open that a mailed link opened', async () => {
    const { provider, standIn } = await setup();
    await provider.signUp(ADA);
    await provider.confirmEmail({ token: standIn.mails.at(-1)?.token ?? '' });
    expect(standIn.sessions.size).toBe(0);
    await provider.requestPasswordReset({ email: ADA.email });
    await provider.resetPassword({ token: standIn.mails.at(-1)?.token ?? '', newPassword: 'another good password' });
    expect(standIn.sessions.size).toBe(0);
  });

  it('says which field the project found too weak, and leaves no session open', async () => {
    const { provider, standIn } = await setup({ autoconfirm: true });
    await provider.signUp(ADA);
    standIn.sessions.clear();
    await provider.requestPasswordReset({ email: ADA.email });
    await expect(
      provider.resetPassword({ token: standIn.mails.at(-1)?.token ?? '', newPassword: 'password1234' }),
    ).rejects.toMatchObject({ code: 'invalid_input', field: 'newPassword' });
    expect(standIn.sessions.size).toBe(0);
  });

  it('hides a failure that would tell that an address exists, and reports it', async () => {
    const { provider, standIn, problems } = await setup();
    standIn.trouble.answer = (response) => {
      response.writeHead(429, { 'content-type': 'application/json', 'x-supabase-api-version': '2024-01-01' });
      response.end(JSON.stringify({ code: 'over_email_send_rate_limit', message: 'wait 60 s' }));
    };
    await expect(provider.requestPasswordReset({ email: ADA.email })).resolves.toBeUndefined();
    expect(problems).toMatchObject([{ what: 'identity.password_reset_mail' }]);
    expect(JSON.stringify(problems)).not.toContain('ada@');
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['fails', (response) => response.writeHead(500).end('{}')],
    ['answers with a page', (response) => response.writeHead(502).end('<html>')],
    ['hangs up', (response) => response.destroy()],
    ['never answers', () => undefined],
    ['answers without end', (response) => response.writeHead(200).end(`"${'x'.repeat(300 * 1024)}"`)],
    ['sends us elsewhere', (response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()],
  ])('says busy, in time and without changing anything, when Supabase %s', async (_, answer) => {
    const { provider, standIn } = await setup({ autoconfirm: true }, { callMsMax: 300 });
    const outcome = await provider.signUp(ADA);
    if (outcome.kind !== 'signed_in') throw new Error('expected a session');
    const { sessionSecret } = outcome.session;
    standIn.trouble.answer = answer;
    const started = performance.now();
    const busy = { code: 'busy', message: "The sign-in service can't be reached at the moment." };
    await expect(provider.signIn(ADA)).rejects.toMatchObject(busy);
    await expect(provider.refresh({ sessionSecret })).rejects.toMatchObject(busy);
    await expect(provider.signOut({ sessionSecret })).rejects.toMatchObject(busy);
    await expect(provider.requestPasswordReset(ADA)).rejects.toMatchObject(busy);
    await expect(provider.confirmEmail({ token: 'token' })).rejects.toMatchObject(busy);
    expect(performance.now() - started).toBeLessThan(5 * 300 + 5_000);
    delete standIn.trouble.answer;
    await expect(provider.refresh({ sessionSecret })).resolves.toBeDefined();
  });

  it('tells the operator, not the person, when the tokens of the project can not be verified', async () => {
    const { standIn } = await setup({ autoconfirm: true });
    const { provider } = await setup({}, { url: standIn.url, issuer: 'https://another-project.example' });
    const error: unknown = await provider.signUp(ADA).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'internal' });
    expect(error instanceof DomainError ? error.remedy : '').toContain('asymmetric signing key');
  });

  it('follows no redirect, so that a password goes to the configured address only', async () => {
    const elsewhere = await setup({ autoconfirm: true });
    await elsewhere.provider.signUp(ADA);
    elsewhere.standIn.requests.length = 0;
    const { provider, standIn } = await setup({ autoconfirm: true }, { issuer: `${elsewhere.standIn.url}/auth/v1` });
    standIn.trouble.answer = (response) => {
      response.writeHead(307, { location: `${elsewhere.standIn.url}/auth/v1/token?grant_type=password` }).end();
    };
    await expect(provider.signIn(ADA)).rejects.toMatchObject({ code: 'busy' });
    expect(elsewhere.standIn.requests).toEqual([]);
  });

  it('sends passwords over https only, except to this host', () => {
    const options = {
      publishableKey: 'p',
      secretKey: 's',
      publicUrl: 'https://rsm.example',
      clock: new RunningClock(),
    };
    const create = (url: string) => () =>
      createSupabaseIdentityProvider({ ...options, url, reportProblem: () => undefined });
    expect(create('http://abc.supabase.co')).toThrow(/must begin with https/);
    expect(create('http://127.0.0.1:9999')).not.toThrow();
    expect(create('https://abc.supabase.co')).not.toThrow();
  });

  it('keeps two people who sign in at the same time apart', async () => {
    const { provider } = await setup({ autoconfirm: true });
    const emails = Array.from({ length: 10 }, (_, n) => `person${n}@example.org`);
    const known = await Promise.all(
      emails.map(async (email) => {
        const outcome = await provider.signUp({ ...ADA, email });
        if (outcome.kind !== 'signed_in') throw new Error('expected a session');
        return (await provider.verifyAccessToken(outcome.session.accessToken)).email;
      }),
    );
    expect(known).toEqual(emails);
  });
});

async function setup(
  standInOptions: Parameters<typeof startGotrueStandIn>[0] = {},
  options: Partial<SupabaseIdentityOptions> = {},
) {
  const standIn = await startGotrueStandIn(standInOptions);
  cleanups.push(() => standIn.close());
  const clock = new RunningClock();
  const problems: Problem[] = [];
  const provider = createSupabaseIdentityProvider({
    url: standIn.url,
    publishableKey: PUBLISHABLE_KEY,
    secretKey: SECRET_KEY,
    publicUrl: 'https://rsm.example',
    clock,
    reportProblem: (problem) => problems.push(problem),
    ...options,
  });
  return { provider, standIn, clock, problems };
}

async function contractHarness(autoconfirm: boolean): Promise<IdentityContractHarness> {
  const { provider, standIn, clock } = await setup({ autoconfirm });
  cleanups.length = 0;
  const mailTypes = { email_confirmation: 'email', password_reset: 'recovery' } as const;
  return {
    provider,
    confirmation: autoconfirm ? 'none' : 'required',
    async mailedToken(kind, email) {
      const mail = standIn.mails.findLast(({ to, type }) => to === email && type === mailTypes[kind]);
      if (mail === undefined) throw new Error(`No ${kind} mail to ${email}`);
      return mail.token;
    },
    mailCount: async (email) => standIn.mails.filter(({ to }) => to === email).length,
    publicKey: async () => standIn.publicKey(),
    sign: (payload) => standIn.sign(payload),
    rotateKey: () => standIn.rotateKey(),
    dropOldKeys: async () => standIn.dropOldKeys(),
    advance: (ms) => clock.advance(ms),
    close: () => standIn.close(),
  };
}
