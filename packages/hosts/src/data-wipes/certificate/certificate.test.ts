import { CompactSign, compactVerify, createLocalJWKSet, importJWK, type JSONWebKeySet } from 'jose';
import { describe, expect, test } from 'vitest';
import { instant } from '@rsm/domain/common/instant';
import { generateCertificateKey } from './generate-certificate-key.ts';
import { createCertificateIssuer, type CertificateKey } from './certificate-issuer.ts';
import { canonicalJson } from './canonical-json.ts';
import { identity, subject } from './sample-subject.fixture.ts';
import { verifyCertificate } from './verify-certificate.ts';

describe('a certificate', () => {
  test('is signed, and found valid by its own check and by a standard JOSE library alike', async () => {
    const { issuer, issued } = await setup();
    const check = await verifyCertificate({ jws: issued.jws, keySet: issuer.publicKeySet() });
    expect(check).toMatchObject({ signature: 'valid', chain: 'not_checked', certificate: { verdict: 'verified' } });
    const keySet = createLocalJWKSet(JSON.parse(JSON.stringify(issuer.publicKeySet())) as JSONWebKeySet);
    const { protectedHeader } = await compactVerify(issued.jws, keySet);
    expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: issued.keyId, typ: 'rsm-wipe-certificate+jws' });
  });

  test('never says that a wipe is proven', async () => {
    const { issuer, issued } = await setup();
    const check = await verifyCertificate({ jws: issued.jws, keySet: issuer.publicKeySet() });
    expect(check.summary).toMatch(/^Signature valid/);
    expect(JSON.stringify(check)).not.toMatch(/wipe (is )?proven|proves that the wipe|guarantee/i);
  });

  test('lists steps, findings, the NIST fields and what is not covered, and claims no category', async () => {
    const { issuer, issued } = await setup();
    const { certificate } = await verifyCertificate({ jws: issued.jws, keySet: issuer.publicKeySet() });
    expect(certificate).toMatchObject({
      steps: [{ name: 'remove the home', command: 'rm -rf {home}', exitStatus: 0, startedAt: 1_000, durationMs: 5 }],
      findings: [{ check: 'accounts', verdict: 'clean' }],
      machine: { hostKeyFingerprint: 'SHA256:abc' },
      sanitization: {
        category: 'none',
        media: [
          {
            mediaType: 'nvme',
            manufacturer: 'not read',
            sanitizationDescription: 'none',
            technique: 'file_deletion',
            postSanitizationConfidentiality: 'not applicable',
          },
        ],
      },
    });
    expect(certificate?.sanitization['categoryReason']).toContain('neither Clear nor Purge');
    expect(certificate?.notCovered.length).toBeGreaterThan(3);
    expect(certificate?.limits).toContain('does not prove');
  });

  test('is not valid when a single character of it was changed', async () => {
    const { issuer, issued } = await setup();
    const [header = '', payload = '', signature = ''] = issued.jws.split('.');
    const changed = Buffer.from(
      Buffer.from(payload, 'base64url').toString().replace('"verified"', '"Verified"'),
    ).toString('base64url');
    for (const jws of [
      `${header}.${changed}.${signature}`,
      `${header}.${payload}.${'A'.repeat(86)}`,
      `${header}.${payload}`,
      'nonsense',
      '',
    ]) {
      expect(await verifyCertificate({ jws, keySet: issuer.publicKeySet() })).toMatchObject({
        signature: 'invalid',
        certificate: null,
      });
    }
  });

  test('signed by a stranger is not valid, whatever its header offers', async () => {
    const { issuer, issued } = await setup();
    const stranger = await generateCertificateKey();
    const payload = Buffer.from(issued.jws.split('.')[1] ?? '', 'base64url');
    for (const extra of [{}, { jwk: stranger.publicJwk }, { typ: 'JWT' }]) {
      const jws = await new CompactSign(payload)
        .setProtectedHeader({ alg: 'EdDSA', kid: issued.keyId, typ: 'rsm-wipe-certificate+jws', ...extra })
        .sign(await importJWK(stranger.privateJwk, 'EdDSA'));
      expect(await verifyCertificate({ jws, keySet: issuer.publicKeySet() })).toMatchObject({ signature: 'invalid' });
    }
  });

  test('with another algorithm, or none, is refused', async () => {
    const { issuer, issued } = await setup();
    const [, payload = ''] = issued.jws.split('.');
    for (const alg of ['none', 'HS256', 'ES256']) {
      const header = Buffer.from(JSON.stringify({ alg, kid: issued.keyId, typ: 'rsm-wipe-certificate+jws' })).toString(
        'base64url',
      );
      const check = await verifyCertificate({ jws: `${header}.${payload}.`, keySet: issuer.publicKeySet() });
      expect(check.reasons[0]).toContain(`not with "${alg}"`);
    }
  });

  test('is chained to its predecessor', async () => {
    const { issuer, issued } = await setup();
    const second = await issuer.issue({ ...subject(), previousSha256: issued.sha256 });
    const keySet = issuer.publicKeySet();
    expect(await verifyCertificate({ jws: second.jws, keySet, previous: issued.jws })).toMatchObject({
      chain: 'follows',
    });
    expect(await verifyCertificate({ jws: second.jws, keySet, previous: null })).toMatchObject({
      chain: 'does_not_follow',
    });
    expect(await verifyCertificate({ jws: issued.jws, keySet, previous: null })).toMatchObject({ chain: 'follows' });
    expect(await verifyCertificate({ jws: issued.jws, keySet, previous: second.jws })).toMatchObject({
      chain: 'does_not_follow',
    });
  });

  test('that contradicts itself is named, although its signature is valid', async () => {
    const { issuer } = await setup();
    const bad = await issuer.issue({
      ...subject(),
      findings: [{ check: 'keys', verdict: 'could_not_look', detail: 'no grep' }],
    });
    const check = await verifyCertificate({ jws: bad.jws, keySet: issuer.publicKeySet() });
    expect(check.reasons.at(-1)).toContain('contradicts itself: it says verified, but "keys" says could_not_look');
  });

  test('of a retired key stays valid, and new ones carry the new key', async () => {
    const [old, fresh] = [await generateCertificateKey(), await generateCertificateKey()];
    const before = await createCertificateIssuer({ keys: [old], identity }).issue(subject());
    const issuer = createCertificateIssuer({
      keys: [{ ...old, retired: true, retiredAt: instant(20_001) }, fresh],
      identity,
    });
    expect(await verifyCertificate({ jws: before.jws, keySet: issuer.publicKeySet() })).toMatchObject({
      signature: 'valid',
    });
    expect((await issuer.issue(subject())).keyId).toBe(fresh.kid);
  });

  test('publishes public halves only', async () => {
    const { issuer, key } = await setup();
    expect(issuer.publicKeySet()).toEqual({
      keys: [{ kty: 'OKP', crv: 'Ed25519', x: key.publicJwk['x'], kid: key.kid, use: 'sig', alg: 'EdDSA' }],
    });
  });

  test('refuses keys that are wrong, without quoting them', async () => {
    const [one, two] = [await generateCertificateKey(), await generateCertificateKey()];
    const secret = String(one.privateJwk['d']);
    const cases: [readonly CertificateKey[], string][] = [
      [[], 'No certificate key may sign'],
      [[{ ...one, retired: true, retiredAt: instant(0) }], 'No certificate key may sign'],
      [[one, { ...two, kid: one.kid }], 'Two certificate keys have the id'],
      [[{ ...one, publicJwk: two.publicJwk }], 'do not belong together'],
      [[{ ...one, privateJwk: { kty: 'OKP', crv: 'Ed25519', d: secret } }], 'is no Ed25519 key pair'],
    ];
    for (const [keys, message] of cases) {
      const make = () => createCertificateIssuer({ keys, identity });
      expect(make).toThrow(message);
      expect(make).not.toThrow(secret);
    }
  });
});

describe('canonical JSON', () => {
  test('sorts keys by code units and writes no space (RFC 8785)', () => {
    expect(canonicalJson({ b: [1, { z: null, a: 'é\n' }], a: true, A: {} })).toBe(
      '{"A":{},"a":true,"b":[1,{"a":"é\\n","z":null}]}',
    );
  });

  test('refuses what would be written differently elsewhere', () => {
    for (const value of [0.5, Number.NaN, 2 ** 60, undefined, { a: undefined }, 1n, '\ud800']) {
      expect(() => canonicalJson(value)).toThrow(TypeError);
    }
  });
});

async function setup() {
  const key = await generateCertificateKey();
  const issuer = createCertificateIssuer({ keys: [key], identity });
  return { key, issuer, issued: await issuer.issue(subject()) };
}
