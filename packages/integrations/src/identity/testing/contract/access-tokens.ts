import { SECOND_MS } from '@rsm/domain/common/instant';
import type { JWTPayload } from 'jose';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { KEY_SET_AGE_MS_MAX, KEY_SET_COOLDOWN_MS } from '../../token-key-set.ts';
import { forgeTokens } from '../forged-tokens.ts';
import type { StartContractTest } from './contract-test.ts';
import { expectRefusal, refusal } from './contract-test.ts';

export function describeAccessTokens(adapter: string, setup: StartContractTest): void {
  describe(`${adapter}: access tokens`, () => {
    it('refuses every known attack', async () => {
      const { provider, person, publicKey } = await setup();
      const { session } = await person('ada@example.org');
      await provider.verifyAccessToken(session.accessToken);
      for (const { attack, token } of await forgeTokens(session.accessToken, await publicKey())) {
        const { code } = await refusal(provider.verifyAccessToken(token));
        expect({ attack, code }).toEqual({ attack, code: 'unauthenticated' });
      }
    });

    it('refuses a token that its own issuer made for another time, audience or issuer', async () => {
      const { provider, person, sign } = await setup();
      const { session } = await person('ada@example.org');
      const payload = decodeJwt(session.accessToken);
      const iat = Math.floor(Date.now() / SECOND_MS);
      // The unchanged payload passes, so each refusal below is due to its one change.
      await expect(provider.verifyAccessToken(await sign({ ...payload, iat, exp: iat + 60 }))).resolves.toBeDefined();
      const changes: JWTPayload[] = [
        { iat: iat - 400, exp: iat - 100 },
        { iat: iat - 400, exp: iat + 100 },
        { iat: iat + 3600, exp: iat + 3900 },
        { aud: 'another-product' },
        { iss: 'https://another.example' },
        { nbf: iat + 3600 },
      ];
      for (const change of changes) {
        await expectRefusal(
          provider.verifyAccessToken(await sign({ ...payload, iat, exp: iat + 60, ...change })),
          'unauthenticated',
        );
      }
    });

    it('refuses a token five minutes after its issue', async () => {
      const { provider, person, advance } = await setup();
      const { session } = await person('ada@example.org');
      await provider.verifyAccessToken(session.accessToken);
      advance(300 * SECOND_MS + SECOND_MS);
      expect(await refusal(provider.verifyAccessToken(session.accessToken))).toMatchObject({ code: 'unauthenticated' });
    });

    it('believes a rotated key, and the old one while it is published', async () => {
      const { provider, person, rotateKey, advance } = await setup();
      const { session: old } = await person('ada@example.org');
      await provider.verifyAccessToken(old.accessToken);
      await rotateKey();
      advance(KEY_SET_COOLDOWN_MS);
      const fresh = await provider.refresh({ sessionSecret: old.sessionSecret });
      await expect(provider.verifyAccessToken(fresh.accessToken)).resolves.toBeDefined();
      await expect(provider.verifyAccessToken(old.accessToken)).resolves.toBeDefined();
    });

    it('stops believing a revoked key after ten minutes at the latest', async () => {
      const { provider, person, sign, rotateKey, dropOldKeys, advance } = await setup();
      const { session } = await person('ada@example.org');
      const later = Math.floor((Date.now() + KEY_SET_AGE_MS_MAX) / SECOND_MS) + 2;
      const times = { iat: later, exp: later + 200 };
      const withOldKey = await sign({ ...decodeJwt(session.accessToken), ...times });
      await provider.verifyAccessToken(session.accessToken);
      await rotateKey();
      await dropOldKeys();
      const withNewKey = await sign({ ...decodeJwt(session.accessToken), ...times });
      advance(KEY_SET_AGE_MS_MAX + 5 * SECOND_MS);
      await expect(provider.verifyAccessToken(withNewKey)).resolves.toBeDefined();
      await expectRefusal(provider.verifyAccessToken(withOldKey), 'unauthenticated');
    });
  });
}
