import { base64url, CompactSign, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { describe, expect, test } from 'vitest';
import { checkCertificate, readUnchecked } from './certificate-check.ts';

const BOOKING_ID = '01900000-0000-7000-8000-000000000001';
const TYPE = 'rsm-wipe-certificate+jws';

/** A report as docs/wipes.md describes it, written here by hand: what issues reports is not used. */
const report = {
  version: 1,
  certificateId: '01900000-0000-7000-8000-000000000002',
  issuedAt: '2026-11-22T10:00:00.000Z',
  issuer: 'Marketplace',
  verdict: 'verified',
  statement: 'Every check of the list looked, and found nothing of the booking.',
  machine: { id: '01900000-0000-7000-8000-000000000003', name: 'gpu-1', hostKeyFingerprint: 'SHA256:abc' },
  booking: { id: BOOKING_ID, start: '2026-11-22T09:00:00.000Z', end: '2026-11-22T09:50:00.000Z' },
  steps: [{ name: 'remove the home', succeeded: true }],
  findings: [{ check: 'accounts', verdict: 'clean', detail: '' }],
  sanitization: { standard: 'NIST SP 800-88 Rev. 2', category: 'none', categoryReason: 'Files were deleted.' },
  notCovered: ['Freed blocks were not overwritten.'],
  limits: 'Whoever has root can lie to any checker.',
  previousSha256: null,
};

describe('the offline check', () => {
  test('finds a report valid and names its issuer, key and date', async () => {
    const { keySet, sign } = await issuer();
    const check = await checkCertificate({ jws: await sign(report), keySet, bookingId: BOOKING_ID });
    expect(check).toMatchObject({
      kind: 'valid',
      keyId: 'key-1',
      document: { issuer: 'Marketplace', issuedAt: '2026-11-22T10:00:00.000Z' },
      contradictions: [],
    });
  });

  test('refuses the report after any one byte was changed', async () => {
    const { keySet, sign } = await issuer();
    const jws = await sign(report);
    const signedPart = jws.split('.', 2).join('.').length;
    // Each place of the header, the payload and the signature; in the last one the next letter is another spelling of the same bytes.
    for (let at = 0; at < jws.length; at += 1) {
      const changed = `${jws.slice(0, at)}${String.fromCharCode(jws.charCodeAt(at) + 1)}${jws.slice(at + 1)}`;
      const check = await checkCertificate({ jws: changed, keySet, bookingId: null });
      expect(check.kind, `byte ${String(at)} of ${String(signedPart)}`).toBe('refused');
    }
  });

  test('says so when the words were changed', async () => {
    const { keySet, sign } = await issuer();
    const [header = '', , signature = ''] = (await sign({ ...report, verdict: 'failed' })).split('.');
    const forged = base64url.encode(JSON.stringify(report));
    expect(await checkCertificate({ jws: `${header}.${forged}.${signature}`, keySet, bookingId: null })).toMatchObject({
      problem: 'changed',
    });
  });

  test('refuses a key of the same name that is another one, and a key that is not in the set', async () => {
    const [real, stranger] = [await issuer(), await issuer()];
    const jws = await real.sign(report);
    expect(await checkCertificate({ jws, keySet: stranger.keySet, bookingId: null })).toMatchObject({
      problem: 'changed',
    });
    for (const keySet of [{ keys: [] }, { keys: [{ ...real.publicJwk, kid: 'key-2' }] }, null, 'nonsense']) {
      expect(await checkCertificate({ jws, keySet, bookingId: null })).toMatchObject({ problem: 'unknown_key' });
    }
  });

  test('refuses a set that has two keys of one name', async () => {
    const [real, stranger] = [await issuer(), await issuer()];
    const keySet = { keys: [...real.keySet.keys, ...stranger.keySet.keys] };
    expect(await checkCertificate({ jws: await real.sign(report), keySet, bookingId: null })).toMatchObject({
      problem: 'unknown_key',
    });
  });

  test('does not look at a key that the report itself offers', async () => {
    const [real, stranger] = [await issuer(), await issuer()];
    const jws = await stranger.sign(report, { jwk: stranger.publicJwk });
    expect(await checkCertificate({ jws, keySet: real.keySet, bookingId: null })).toMatchObject({ problem: 'changed' });
  });

  test('refuses every algorithm but EdDSA, also none', async () => {
    const { keySet, sign } = await issuer();
    const [, payload = '', signature = ''] = (await sign(report)).split('.');
    for (const alg of ['none', 'HS256', 'ES256', 'RS256', 'eddsa']) {
      const header = base64url.encode(JSON.stringify({ alg, kid: 'key-1', typ: TYPE }));
      for (const jws of [`${header}.${payload}.`, `${header}.${payload}.${signature}`]) {
        expect(await checkCertificate({ jws, keySet, bookingId: null })).toMatchObject({ problem: 'wrong_algorithm' });
      }
    }
  });

  test('refuses what was signed as something else, or is no report at all', async () => {
    const { keySet, sign } = await issuer();
    const token = await sign(report, { typ: 'JWT' });
    for (const jws of [token, '', 'a.b', 'a.b.c', `${await sign(report)}.x`]) {
      expect(await checkCertificate({ jws, keySet, bookingId: null })).toMatchObject({ problem: 'not_a_report' });
    }
    expect(await checkCertificate({ jws: await sign({ version: 2 }), keySet, bookingId: null })).toMatchObject({
      problem: 'unreadable',
    });
  });

  test('refuses what a retired key signed at its retirement or later, and takes what it signed before', async () => {
    const { keySet, sign } = await issuer();
    const jws = await sign(report);
    const issuedAtSeconds = Date.parse(report.issuedAt) / 1_000;
    const retired = (exp: number) => ({ keys: keySet.keys.map((key) => ({ ...key, exp })) });
    expect(await checkCertificate({ jws, keySet: retired(issuedAtSeconds), bookingId: null })).toMatchObject({
      problem: 'retired_key',
      explanation: expect.stringContaining('was retired at 2026-11-22T10:00:00.000Z') as string,
    });
    expect(await checkCertificate({ jws, keySet: retired(issuedAtSeconds + 1), bookingId: null })).toMatchObject({
      kind: 'valid',
    });
  });

  test('refuses a true report of another booking', async () => {
    const { keySet, sign } = await issuer();
    const jws = await sign({ ...report, booking: { ...report.booking, id: 'another' } });
    expect(await checkCertificate({ jws, keySet, bookingId: BOOKING_ID })).toMatchObject({ problem: 'other_booking' });
    expect(await checkCertificate({ jws, keySet, bookingId: null })).toMatchObject({ kind: 'valid' });
  });

  test('names what contradicts the verdict, although the signature is valid', async () => {
    const { keySet, sign } = await issuer();
    const jws = await sign({ ...report, findings: [{ check: 'keys', verdict: 'could_not_look' }] });
    expect(await checkCertificate({ jws, keySet, bookingId: null })).toMatchObject({
      kind: 'valid',
      contradictions: ['the check "keys" is not clean'],
    });
  });
});

test('the words of a report can be read without a check, and nonsense gives nothing', async () => {
  const { sign } = await issuer();
  expect(readUnchecked(await sign({ ...report, issuer: 'Märkte ✓' }))?.issuer).toBe('Märkte ✓');
  for (const text of ['', 'a.b.c', 'a.%%%.c']) expect(readUnchecked(text)).toBeNull();
});

async function issuer() {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const privateJwk = await exportJWK(privateKey);
  const publicJwk: JWK = { ...(await exportJWK(publicKey)), kid: 'key-1', use: 'sig', alg: 'EdDSA' };
  return {
    publicJwk,
    keySet: { keys: [publicJwk] },
    sign: async (payload: unknown, header: Record<string, unknown> = {}): Promise<string> =>
      new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
        .setProtectedHeader({ alg: 'EdDSA', kid: 'key-1', typ: TYPE, ...header })
        .sign(await importJWK(privateJwk, 'EdDSA')),
  };
}
