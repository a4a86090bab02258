import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { CertificateSubject } from '@rsm/domain/data-wipes/data-wipe-strategy';
import { createCertificateIssuer } from './certificate-issuer.ts';
import { certificateJsonSchema } from './certificate-json-schema.ts';
import { generateCertificateKey } from './generate-certificate-key.ts';
import { identity, subject } from './sample-subject.fixture.ts';

/** The copy that people read. To renew it, save what a running server answers at /.well-known/wipe-certificate.schema.json. */
const COPY = join(import.meta.dirname, '../../../../../docs/wipe-certificate.schema.json');
const published: unknown = JSON.parse(readFileSync(COPY, 'utf8'));

const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false });
addFormats.default(ajv);

describe('the published schema of a report', () => {
  const validate = ajv.compile(certificateJsonSchema());

  test('is the copy in docs', () => {
    expect(published).toEqual(certificateJsonSchema());
  });

  test.each<[string, Partial<CertificateSubject>]>([
    ['a verified clean-up', {}],
    ['the second of a chain', { previousSha256: 'b'.repeat(64) }],
    ['a failed one', { verdict: 'failed', findings: [{ check: 'keys', verdict: 'found', detail: 'one key' }] }],
    ['one of which nothing could be seen', { verdict: 'unverifiable', findings: [], steps: [], plan: [] }],
    [
      'a machine that was never read',
      { machine: { ...subject().machine, facts: null, factsReadAt: null, hostKey: null } },
    ],
  ])('a standard validator finds no fault with the report of %s', async (_what, change) => {
    const document = await payloadOf({ ...subject(), ...change });
    validate(document);
    expect(validate.errors).toBeNull();
  });

  test.each<[string, (document: Record<string, unknown>) => void]>([
    ['another verdict', (document) => (document['verdict'] = 'spotless')],
    ['a field that nobody knows', (document) => (document['note'] = 'trust us')],
    ['no limits', (document) => delete document['limits']],
    ['a hash that is none', (document) => (document['previousSha256'] = 'abc')],
    ['a time that is none', (document) => (document['issuedAt'] = 'yesterday')],
  ])('it refuses %s', async (_what, spoil) => {
    const document = await payloadOf(subject());
    spoil(document);
    expect(validate(document)).toBe(false);
  });

  test('it still takes a report from before the fields of Revision 2', async () => {
    const document = await payloadOf(subject());
    const {
      media,
      validatedBy: _left,
      ...rest
    } = document['sanitization'] as { media: Record<string, unknown>[] } & Record<string, unknown>;
    const old = media.map(({ sanitizationScope: _a, validationMethod: _b, validationResult: _c, ...medium }) => medium);
    expect(validate({ ...document, sanitization: { ...rest, media: old } })).toBe(true);
  });
});

async function payloadOf(of: CertificateSubject): Promise<Record<string, unknown>> {
  const issuer = createCertificateIssuer({ keys: [await generateCertificateKey()], identity });
  const { jws } = await issuer.issue(of);
  const payload = Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8');
  return z.record(z.string(), z.unknown()).parse(JSON.parse(payload));
}
