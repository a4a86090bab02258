import { createHmac } from 'node:crypto';
import type { JWK } from 'jose';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { makeKey, signWith } from './test-issuer.ts';

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export interface ForgedToken {
  readonly attack: string;
  readonly token: string;
}

/**
 * The well-known attacks on JWT verification (RFC 8725, section 2), each made from a token that is good right now, so
 * that nothing but the attack can be the reason for a refusal.
 */
export async function forgeTokens(goodToken: string, publicKey: JWK): Promise<readonly ForgedToken[]> {
  const [headerPart = '', payloadPart = '', signaturePart = ''] = goodToken.split('.');
  const header = decodeProtectedHeader(goodToken);
  const payload = decodeJwt(goodToken);
  const alg = header.alg === 'ES256' ? 'ES256' : 'EdDSA';
  const foreign = await makeKey(header.kid ?? '', alg);

  const hs256 = (secret: string | Buffer): string => {
    const signed = `${base64url({ ...header, alg: 'HS256' })}.${payloadPart}`;
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  };
  const publicKeyBytes = Buffer.from(publicKey.x ?? '', 'base64url');

  return [
    { attack: 'algorithm none, no signature', token: `${base64url({ alg: 'none', typ: 'JWT' })}.${payloadPart}.` },
    { attack: 'algorithm none with the key id', token: `${base64url({ ...header, alg: 'none' })}.${payloadPart}.` },
    { attack: 'algorithm nOnE', token: `${base64url({ ...header, alg: 'nOnE' })}.${payloadPart}.${signaturePart}` },
    { attack: 'HS256 with the public key as JSON', token: hs256(JSON.stringify(publicKey)) },
    { attack: 'HS256 with the public key as bytes', token: hs256(publicKeyBytes) },
    { attack: 'HS256 with the empty secret', token: hs256('') },
    { attack: 'a foreign key under the right key id', token: await signWith(foreign, payload) },
    {
      attack: 'a foreign key embedded as jwk',
      token: await signWith(foreign, payload, { jwk: foreign.publicJwk }),
    },
    {
      attack: 'a foreign key set named by jku and x5u',
      token: await signWith(foreign, payload, { jku: 'http://127.0.0.1:9/keys', x5u: 'http://127.0.0.1:9/cert' }),
    },
    { attack: 'an unknown key id', token: await signWith({ ...foreign, kid: 'no-such-key' }, payload) },
    { attack: 'no key id', token: await signWith(foreign, payload, { kid: undefined }) },
    {
      attack: 'another person in the payload',
      token: `${headerPart}.${base64url({ ...payload, sub: 'somebody-else' })}.${signaturePart}`,
    },
    { attack: 'no signature', token: `${headerPart}.${payloadPart}.` },

    { attack: 'not a token', token: 'not-a-token' },
    { attack: 'nothing', token: '' },
    { attack: 'a token of a megabyte', token: `${goodToken}${'A'.repeat(1024 * 1024)}` },
  ];
}
