import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** Somebody else's sign-in service, which the server trusts by configuration: here a test says how long a token is good. */
export interface TokenIssuer {
  /** What the server has to be told to trust it. */
  readonly env: Readonly<Record<string, string>>;
  /** @param expiresAtSeconds the `exp` claim */
  tokenFor(person: { readonly subject: string; readonly email: string }, expiresAtSeconds: number): Promise<string>;
  stop(): Promise<void>;
}

/** Answers what Supabase Auth publishes: the key set and the settings. */
export async function startTokenIssuer(): Promise<TokenIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const keySet = { keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256', use: 'sig' }] };
  const server = createServer((request, response) => {
    const isKeySet = request.url === '/auth/v1/.well-known/jwks.json';
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(isKeySet ? keySet : { mailer_autoconfirm: false }));
  });
  await new Promise<void>((listening) => server.listen({ host: '127.0.0.1', port: 0 }, listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The issuer has no port.');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    env: {
      IDENTITY_PROVIDER: 'supabase',
      SUPABASE_URL: url,
      SUPABASE_ANON_KEY: 'a key that is public',
      SUPABASE_SERVICE_ROLE_KEY: 'a key that is not used here',
    },
    tokenFor: ({ email, subject }, expiresAtSeconds) =>
      new SignJWT({ email, role: 'authenticated', user_metadata: { display_name: 'Somebody' } })
        .setProtectedHeader({ alg: 'ES256', kid: 'test' })
        .setIssuer(`${url}/auth/v1`)
        .setAudience('authenticated')
        .setSubject(subject)
        .setIssuedAt()
        .setExpirationTime(expiresAtSeconds)
        .sign(privateKey),
    stop: () => new Promise((closed) => void server.close(() => closed())),
  };
}
