import { createHash } from 'node:crypto';
import { CompactSign, importJWK, type JWK } from 'jose';
import { z } from 'zod';
import { SECOND_MS, type Instant } from '@rsm/domain/common/instant';
import type { CertificateIssuer } from '@rsm/domain/data-wipes/data-wipe-strategy';
import { buildDocument, type CertificateIssuerIdentity } from './build-document.ts';
import { canonicalJson } from './canonical-json.ts';
import { CERTIFICATE_TYPE } from './certificate-document.ts';

/** A key pair that may sign certificates (RFC 8037). */
export interface CertificateKeyPair {
  readonly kid: string;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly privateJwk: Readonly<Record<string, unknown>>;
  readonly retired?: false;
}

/** Signs nothing any more and needs no private half; stays published, so that old reports can be checked. */
export interface RetiredCertificateKey {
  readonly kid: string;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly retired: true;
  /** Reports that say they were issued at this time or later are not valid with it. Published in whole seconds, rounded up. */
  readonly retiredAt: Instant;
}

export type CertificateKey = CertificateKeyPair | RetiredCertificateKey;

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const publicJwkSchema = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: coordinate });
const privateJwkSchema = publicJwkSchema.extend({ d: coordinate });

interface CheckedKey {
  readonly kid: string;
  readonly publicJwk: z.infer<typeof publicJwkSchema>;
  /** Null for a retired key. */
  readonly privateJwk: JWK | null;
  readonly retiredAt: Instant | null;
}

/**
 * Signs reports with the first key that is not retired.
 * @throws Error that names the key when one is malformed, two share an id, or none may sign.
 */
export function createCertificateIssuer(options: {
  readonly keys: readonly CertificateKey[];
  readonly identity: CertificateIssuerIdentity;
}): CertificateIssuer {
  const keys = options.keys.map(checkKey);
  const twice = keys.find((key, at) => keys.findIndex(({ kid }) => kid === key.kid) !== at);
  if (twice !== undefined) throw new Error(`Two certificate keys have the id "${twice.kid}".`);
  const signing = keys.find(({ privateJwk }) => privateJwk !== null);
  const signingJwk = signing?.privateJwk ?? null;
  if (signing === undefined || signingJwk === null)
    throw new Error('No certificate key may sign: add one that is not retired.');

  return {
    async issue(subject) {
      const payload = canonicalJson(buildDocument(subject, options.identity));
      const jws = await new CompactSign(new TextEncoder().encode(payload))
        .setProtectedHeader({ alg: 'EdDSA', kid: signing.kid, typ: CERTIFICATE_TYPE })
        .sign(await importJWK(signingJwk, 'EdDSA'));
      return { jws, keyId: signing.kid, sha256: createHash('sha256').update(jws).digest('hex') };
    },
    publicKeySet() {
      return {
        keys: keys.map(({ kid, publicJwk, retiredAt }) => ({
          ...publicJwk,
          kid,
          use: 'sig',
          alg: 'EdDSA',
          // Of the names that are registered for a JSON Web Key, the one that says until when it may be used (IANA, from OpenID Federation).
          ...(retiredAt === null ? {} : { exp: Math.ceil(retiredAt / SECOND_MS) }),
        })),
      };
    },
  };
}

function checkKey(key: CertificateKey): CheckedKey {
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(key.kid))
    throw new Error('A certificate key needs an id of letters, digits, dots and dashes.');
  const publicJwk = publicJwkSchema.safeParse(key.publicJwk);
  // zod's messages are left out: they could quote the private half.
  if (!publicJwk.success) throw new Error(`The certificate key "${key.kid}" is no Ed25519 key (RFC 8037).`);
  if (key.retired === true)
    return { kid: key.kid, publicJwk: publicJwk.data, privateJwk: null, retiredAt: key.retiredAt };
  const privateJwk = privateJwkSchema.safeParse(key.privateJwk);
  if (!privateJwk.success) throw new Error(`The certificate key "${key.kid}" is no Ed25519 key pair (RFC 8037).`);
  if (privateJwk.data.x !== publicJwk.data.x)
    throw new Error(`The halves of the certificate key "${key.kid}" do not belong together.`);
  return { kid: key.kid, publicJwk: publicJwk.data, privateJwk: privateJwk.data, retiredAt: null };
}
