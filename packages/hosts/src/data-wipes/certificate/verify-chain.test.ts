import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { instant } from '@rsm/domain/common/instant';
import { machineIdSchema } from '@rsm/domain/common/ids';
import type { CertificateSubject } from '@rsm/domain/data-wipes/data-wipe-strategy';
import { createCertificateIssuer, type CertificateKeyPair } from './certificate-issuer.ts';
import { generateCertificateKey } from './generate-certificate-key.ts';
import { identity, subject } from './sample-subject.fixture.ts';
import { verifyCertificate } from './verify-certificate.ts';
import { verifyChain, type NamedReport } from './verify-chain.ts';

const OTHER_MACHINE = machineIdSchema.parse('01900000-0000-7000-8000-0000000000ff');
const issuedAtMs = (place: number): number => 100_000 + place * 10_000;

let key: CertificateKeyPair;
let keySet: unknown;
/** Four reports of one machine, named after their place. */
let chain: readonly [NamedReport, NamedReport, NamedReport, NamedReport];

beforeAll(async () => {
  key = await generateCertificateKey();
  keySet = createCertificateIssuer({ keys: [key], identity }).publicKeySet();
  const one = await issue('one', { issuedAt: instant(issuedAtMs(1)) });
  const two = await issue('two', { issuedAt: instant(issuedAtMs(2)), previousSha256: one.sha256 });
  const three = await issue('three', { issuedAt: instant(issuedAtMs(3)), previousSha256: two.sha256 });
  const four = await issue('four', { issuedAt: instant(issuedAtMs(4)), previousSha256: three.sha256 });
  chain = [one, two, three, four];
});

describe('a chain of reports', () => {
  test('is whole when all of them stand in their order', async () => {
    const check = await verifyChain({ reports: chain, keySet, order: 'given' });
    expect(check).toMatchObject({ verdict: 'whole', newestSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    expect(check.summary).toMatch(/^Chain valid: 4 reports/);
  });

  test('finds its order by itself, when files lie in a folder', async () => {
    const [one, two, three, four] = chain;
    const check = await verifyChain({ reports: [three, one, four, two], keySet, order: 'find' });
    expect(check.links.map(({ name }) => name)).toEqual(['one', 'two', 'three', 'four']);
    expect(check.verdict).toBe('whole');
  });

  test.each(['given', 'find'] as const)(
    'with one left out is broken, and the hash of the missing one is named: %s',
    async (order) => {
      const [one, , three, four] = chain;
      const check = await verifyChain({ reports: [one, three, four], keySet, order });
      expect(check.verdict).toBe('broken');
      expect(problemsOf(check)).toEqual({
        three: [expect.stringMatching(/missing or was changed: it follows one with SHA-256 [0-9a-f]{64}/)],
      });
    },
  );

  test.each(['given', 'find'] as const)('without its first is broken: %s', async (order) => {
    const check = await verifyChain({ reports: chain.slice(1), keySet, order });
    expect(problemsOf(check)).toEqual({ two: [expect.stringContaining('is missing or was changed')] });
  });

  test('with two swapped is broken, and says whom each follows', async () => {
    const [one, two, three, four] = chain;
    const check = await verifyChain({ reports: [one, three, two, four], keySet, order: 'given' });
    expect(check.verdict).toBe('broken');
    expect(problemsOf(check)).toMatchObject({
      three: ['It is not in its place: it follows "two", and that does not stand right before it.'],
      two: [expect.stringContaining('it follows "one"'), expect.stringContaining('issued at')],
      four: ['It is not in its place: it follows "three", and that does not stand right before it.'],
    });
  });

  test.each(['given', 'find'] as const)(
    'with a truly signed one in the place of another is broken: %s',
    async (order) => {
      const [one, , three, four] = chain;
      const kinder = await issue('two', {
        issuedAt: instant(issuedAtMs(2)),
        previousSha256: hashOf(chain[0]),
        plan: [],
      });
      const check = await verifyChain({ reports: [one, kinder, three, four], keySet, order });
      expect(check.verdict).toBe('broken');
      expect(problemsOf(check)).toMatchObject({ three: [expect.stringContaining('is missing or was changed')] });
    },
  );

  test('with a fork is broken: only one report can follow another', async () => {
    const [one, two, three] = chain;
    const rival = await issue('rival', {
      issuedAt: instant(issuedAtMs(3)),
      previousSha256: hashOf(chain[1]),
      plan: [],
    });
    const check = await verifyChain({ reports: [one, two, three, rival], keySet, order: 'find' });
    expect(check.verdict).toBe('broken');
  });

  test('with the same report twice, of two machines, or with time running back, is broken', async () => {
    const [one] = chain;
    const twice = await verifyChain({ reports: [one, one], keySet, order: 'given' });
    expect(problemsOf(twice)['one']).toContain('It is the same report as "one".');
    const previousSha256 = hashOf(chain[0]);
    const foreign = await issue('foreign', {
      previousSha256,
      machine: { ...subject().machine, id: OTHER_MACHINE },
      issuedAt: instant(issuedAtMs(2)),
    });
    expect(problemsOf(await verifyChain({ reports: [one, foreign], keySet, order: 'find' }))).toEqual({
      foreign: ['It is of another machine than "one".'],
    });
    const early = await issue('early', { previousSha256, issuedAt: instant(issuedAtMs(0)) });
    expect(problemsOf(await verifyChain({ reports: [one, early], keySet, order: 'find' }))).toEqual({
      early: [expect.stringContaining('which is before "one" was')],
    });
  });

  test('of nothing is not whole', async () => {
    expect(await verifyChain({ reports: [], keySet, order: 'find' })).toMatchObject({
      verdict: 'broken',
      newestSha256: null,
    });
  });

  test('with a changed report is broken at it and after it', async () => {
    const [one, two, three] = chain;
    const changed = { ...two, jws: two.jws.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) };
    expect(problemsOf(await verifyChain({ reports: [one, changed, three], keySet, order: 'given' }))).toEqual({
      two: [expect.any(String)],
      three: [expect.stringContaining('is missing or was changed')],
    });
  });
});

describe('a retired key', () => {
  const RETIRED_AT = instant(issuedAtMs(3));

  test('still vouches for what it signed before, and a chain may pass to the next key', async () => {
    const next = await generateCertificateKey();
    const rotated = createCertificateIssuer({
      keys: [next, { ...key, retired: true, retiredAt: RETIRED_AT }],
      identity,
    });
    const [one, two] = chain;
    const after = await rotated.issue({
      ...subject(),
      previousSha256: hashOf(chain[1]),
      issuedAt: instant(issuedAtMs(3)),
    });
    expect(
      await verifyChain({
        reports: [one, two, { name: 'new key', jws: after.jws }],
        keySet: rotated.publicKeySet(),
        order: 'given',
      }),
    ).toMatchObject({ verdict: 'whole' });
  });

  test('vouches for nothing that says it was issued at its retirement or later', async () => {
    const next = await generateCertificateKey();
    const retired = { ...key, retired: true, retiredAt: RETIRED_AT } as const;
    const published = createCertificateIssuer({ keys: [next, retired], identity }).publicKeySet();
    const [one, two, three] = chain;
    const check = await verifyCertificate({ jws: three.jws, keySet: published });
    expect(check).toMatchObject({ signature: 'invalid', certificate: null });
    expect(check.reasons[0]).toBe(
      `The key "${key.kid}" was retired at 1970-01-01T00:02:10.000Z, and this report says it was issued at 1970-01-01T00:02:10.000Z: after that the key signs nothing.`,
    );
    expect(problemsOf(await verifyChain({ reports: [one, two, three], keySet: published, order: 'given' }))).toEqual({
      three: [expect.stringContaining('was retired at')],
    });
  });

  test('can put nothing new behind younger reports with an older date', async () => {
    const next = await generateCertificateKey();
    const rotated = createCertificateIssuer({
      keys: [next, { ...key, retired: true, retiredAt: RETIRED_AT }],
      identity,
    });
    const [one] = chain;
    const younger = await rotated.issue({
      ...subject(),
      previousSha256: hashOf(one),
      issuedAt: instant(issuedAtMs(5)),
    });
    const backdated = await issue('backdated', { previousSha256: younger.sha256, issuedAt: instant(issuedAtMs(2)) });
    const reports = [one, { name: 'younger', jws: younger.jws }, backdated];
    expect(problemsOf(await verifyChain({ reports, keySet: rotated.publicKeySet(), order: 'find' }))).toEqual({
      backdated: [expect.stringContaining('which is before "younger" was')],
    });
  });

  test('that is not published any more verifies nothing', async () => {
    const published = createCertificateIssuer({ keys: [await generateCertificateKey()], identity }).publicKeySet();
    const check = await verifyCertificate({ jws: chain[0].jws, keySet: published });
    expect(check.reasons).toEqual([`The key set has no key "${key.kid}".`]);
  });
});

describe('a changed byte', () => {
  const isRefusedAt = async (at: number): Promise<boolean> => {
    const { jws } = chain[0];
    // The next letter: in the last place it differs from the right one in bits that carry nothing.
    const byte = jws.charCodeAt(at);
    const changed = `${jws.slice(0, at)}${String.fromCharCode(byte + 1)}${jws.slice(at + 1)}`;
    const { reasons, signature } = await verifyCertificate({ jws: changed, keySet });
    return signature === 'invalid' && reasons.length === 1 && reasons[0] !== '';
  };
  const everyPlace = (step: number): readonly number[] =>
    Array.from({ length: Math.ceil(chain[0].jws.length / step) }, (_, index) => index * step);

  test('makes a report not valid, with the reason: header, signature and a sample of the text', async () => {
    const { jws } = chain[0];
    const [header, signature] = [jws.indexOf('.'), jws.lastIndexOf('.')];
    const places = new Set([...everyPlace(1).filter((at) => at <= header || at >= signature), ...everyPlace(13)]);
    for (const at of places) expect(await isRefusedAt(at), `byte ${String(at)} of ${String(jws.length)}`).toBe(true);
  });

  test('wherever it is', { tags: 'deep' }, async () => {
    for (const at of everyPlace(1)) expect(await isRefusedAt(at), `byte ${String(at)}`).toBe(true);
  });
});

async function issue(
  name: string,
  change: Partial<CertificateSubject>,
): Promise<NamedReport & { readonly sha256: string }> {
  const { jws, sha256 } = await createCertificateIssuer({ keys: [key], identity }).issue({ ...subject(), ...change });
  return { name, jws, sha256 };
}

/** By report, what is wrong with it; those that are right are left out. */
function problemsOf({ links }: Awaited<ReturnType<typeof verifyChain>>): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    links.filter(({ problems }) => problems.length > 0).map(({ name, problems }) => [name, problems]),
  );
}

function hashOf({ jws }: NamedReport): string {
  return createHash('sha256').update(jws).digest('hex');
}
