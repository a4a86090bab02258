import type { IdentitySession } from '@rsm/domain/identity/identity-provider';
import { describe, expect, it } from 'vitest';
import type { StartContractTest } from './contract-test.ts';
import { PASSWORD, expectRefusal, refusal } from './contract-test.ts';

export function describeSessions(adapter: string, setup: StartContractTest): void {
  describe(`${adapter}: sessions`, () => {
    it('gives the next access token for the session secret, again and again', async () => {
      const { provider, person } = await setup();
      const { session, subject } = await person('ada@example.org');
      let secret = session.sessionSecret;
      for (let n = 0; n < 3; n += 1) {
        const next: IdentitySession = await provider.refresh({ sessionSecret: secret });
        await expect(provider.verifyAccessToken(next.accessToken)).resolves.toMatchObject({ subject });
        secret = next.sessionSecret;
      }
    });

    it.each([
      ['nothing', ''],
      ['garbage', 'not-a-session'],
      ['garbage with a signature', 'not.a-session'],
      ['a header injection', 'x\r\nX-Evil: 1'],
      ['a megabyte', 'x'.repeat(1_000_000)],
    ])('refuses %s as a session secret', async (_, sessionSecret) => {
      const { provider } = await setup();
      await expectRefusal(provider.refresh({ sessionSecret }), 'session_expired');
      await expect(provider.signOut({ sessionSecret })).resolves.toBeUndefined();
    });

    it('does not take an access token for a session secret', async () => {
      const { provider, person } = await setup();
      const { session } = await person('ada@example.org');
      expect(await refusal(provider.refresh({ sessionSecret: session.accessToken }))).toMatchObject({
        code: 'session_expired',
      });
      expect(await refusal(provider.verifyAccessToken(session.sessionSecret))).toMatchObject({
        code: 'unauthenticated',
      });
    });

    it('ends a session at sign-out, that one only, and twice is fine', async () => {
      const { provider, person } = await setup();
      const { session: first } = await person('ada@example.org');
      const second = await provider.signIn({ email: 'ada@example.org', password: PASSWORD });
      await provider.signOut({ sessionSecret: first.sessionSecret });
      await provider.signOut({ sessionSecret: first.sessionSecret });
      await expectRefusal(provider.refresh({ sessionSecret: first.sessionSecret }), 'session_expired');
      await expect(provider.refresh({ sessionSecret: second.sessionSecret })).resolves.toBeDefined();
    });
  });
}
