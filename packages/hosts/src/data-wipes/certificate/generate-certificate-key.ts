import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import type { CertificateKeyPair } from './certificate-issuer.ts';

/** Makes a fresh Ed25519 pair whose id is its thumbprint (RFC 7638), so that two pairs never share one. */
export async function generateCertificateKey(): Promise<CertificateKeyPair> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  return { kid: await calculateJwkThumbprint(publicJwk), privateJwk: await exportJWK(pair.privateKey), publicJwk };
}
