import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { CertificateKey } from '@rsm/hosts';
import type { Secrets } from './config/secrets.ts';

/** The keys that sign certificates and those that once did, with ids derived from the keys (RFC 7638 thumbprints). */
export function certificateKeysOf(secrets: Secrets): readonly CertificateKey[] {
  const signing = createPrivateKey(secrets.certificateSigningKeyPem);
  const publicJwk = publicJwkOf(createPublicKey(signing));
  return [
    { kid: thumbprintOf(publicJwk), publicJwk, privateJwk: { ...signing.export({ format: 'jwk' }) } },
    ...secrets.certificateRetiredKeys.map(({ pem, retiredAt }): CertificateKey => {
      const retiredJwk = publicJwkOf(createPublicKey(pem));
      return { kid: thumbprintOf(retiredJwk), publicJwk: retiredJwk, retired: true, retiredAt };
    }),
  ];
}

/** An alias and no interface, so that it has the index signature that a JSON Web Key asks for. */
type OkpJwk = { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string };

function publicJwkOf(key: KeyObject): OkpJwk {
  const { x } = key.export({ format: 'jwk' });
  if (x === undefined) throw new Error('A certificate key is no Ed25519 key.');
  return { kty: 'OKP', crv: 'Ed25519', x };
}

/** RFC 7638: SHA-256 over the required members in lexical order; RFC 8037 names them for OKP. */
function thumbprintOf({ crv, kty, x }: OkpJwk): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
}
