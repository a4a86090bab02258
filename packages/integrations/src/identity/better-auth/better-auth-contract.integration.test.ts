import type { JWK } from 'jose';
import { decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import { createBackgroundMails } from '../../mail/background-mails.ts';
import type { IdentityContractHarness } from '../testing/identity-contract.ts';
import { describeIdentityContract } from '../testing/identity-contract.ts';
import { createBetterAuth } from './create-better-auth.ts';
import { settled, useBetterAuthTestBed } from './testing/better-auth-test-bed.ts';

const { pool, start } = useBetterAuthTestBed();

describeIdentityContract('better-auth with confirmation', () => contractHarness('required'));
describeIdentityContract('better-auth without confirmation', () => contractHarness('offered'), { isVariant: true });

const tokenSchema = z.object({ token: z.string() });
const keySetSchema = z.object({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.string() })) });

async function contractHarness(emailConfirmation: 'required' | 'offered'): Promise<IdentityContractHarness> {
  const { provider, options, clock, mails, lastToken } = await start({ options: { emailConfirmation } });
  // A second better-auth on the same tables signs what the adapter never would.
  const issuer = createBetterAuth({ ...options, mails: createBackgroundMails(options.mailer, options.reportProblem) });
  const sign = async (payload: Record<string, unknown>): Promise<string> =>
    tokenSchema.parse(await issuer.api.signJWT({ body: { payload } })).token;
  return {
    provider,
    confirmation: emailConfirmation,
    mailedToken: lastToken,
    async mailCount(email) {
      await settled(provider);
      return mails.filter(({ to }) => to === email).length;
    },
    async publicKey(): Promise<JWK> {
      const { kid } = decodeProtectedHeader(await sign({ sub: 'anyone' }));
      const key = keySetSchema.parse(await issuer.api.getJwks()).keys.find((each) => each.kid === kid);
      if (key === undefined) throw new Error('The current key is not published');
      return key;
    },
    sign,
    async rotateKey() {
      await pool().query(`UPDATE identity.jwks SET "expiresAt" = now() - interval '1 second'`);
      await sign({ sub: 'anyone' });
    },
    async dropOldKeys() {
      await pool().query('DELETE FROM identity.jwks WHERE "expiresAt" <= now()');
    },
    advance: (ms) => clock.advance(ms),
    close: () => settled(provider),
  };
}
