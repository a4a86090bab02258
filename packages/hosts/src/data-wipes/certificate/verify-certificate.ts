import { createHash } from 'node:crypto';
import { compactVerify, importJWK } from 'jose';
import { z } from 'zod';

/*
 * The offline check of a report. It shares no code with what issues reports; all it knows is what docs/wipes.md says of their form.
 */

export interface CertificateCheck {
  readonly signature: 'valid' | 'invalid';
  /** Whether the report names the given predecessor. */
  readonly chain: 'follows' | 'does_not_follow' | 'not_checked';
  /** One sentence for people. It never says that a wipe is proven, because a signature cannot. */
  readonly summary: string;
  /** What was checked, or what is wrong, one sentence each. */
  readonly reasons: readonly string[];
  /** What the report says; null when the signature is not valid, for then nobody said it. */
  readonly certificate: ReadCertificate | null;
}

const keySetSchema = z.object({ keys: z.array(z.record(z.string(), z.unknown())).max(1_000) });
const keySchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  kid: z.string(),
  x: z.string(),
  /** Seconds since 1970 from which on the key signs nothing any more; absent while it does. */
  exp: z.int().min(0).optional(),
});
const headerSchema = z.object({ alg: z.string(), kid: z.string(), typ: z.string() });

/** The fields that a reader relies on. Later versions may add others. */
const readCertificateSchema = z.looseObject({
  version: z.literal(1),
  certificateId: z.string(),
  issuedAt: z.iso.datetime(),
  issuer: z.string(),
  verdict: z.enum(['verified', 'failed', 'unverifiable']),
  statement: z.string(),
  machine: z.looseObject({ id: z.string(), hostKeyFingerprint: z.string() }),
  booking: z.looseObject({ id: z.string(), start: z.string(), end: z.string() }),
  steps: z.array(z.looseObject({ name: z.string(), succeeded: z.boolean() })),
  findings: z.array(z.looseObject({ check: z.string(), verdict: z.enum(['clean', 'found', 'could_not_look']) })),
  sanitization: z.looseObject({ category: z.string() }),
  notCovered: z.array(z.string()),
  limits: z.string(),
  previousSha256: z.string().nullable(),
});

export type ReadCertificate = z.infer<typeof readCertificateSchema>;

const JWS_LENGTH_MAX = 4 * 1024 * 1024;

/**
 * Checks a report against the published key set, without any network.
 *
 * @param input.jws the compact JWS (RFC 7515); white space around it is ignored
 * @param input.keySet the published key set (RFC 7517), as parsed JSON
 * @param input.previous the machine's previous report, to check the chain; null when this should be the first one
 */
export async function verifyCertificate(input: {
  readonly jws: string;
  readonly keySet: unknown;
  readonly previous?: string | null;
}): Promise<CertificateCheck> {
  const jws = input.jws.trim();
  try {
    const { payload, key } = await openSigned(jws, input.keySet);
    const { kid } = key;
    const { certificate, reasons } = readPayload(payload);
    checkRetirement(certificate, key);
    const chain = checkChain(certificate, input.previous);
    return {
      signature: 'valid',
      chain: chain.result,
      summary: `Signature valid: ${certificate.issuer} issued this report and it was not changed. The report itself says: ${certificate.verdict}.`,
      reasons: [
        `The signature fits the published key "${kid}".`,
        ...reasons,
        chain.reason,
        ...contradictions(certificate),
      ],
      certificate,
    };
  } catch (error) {
    if (!(error instanceof NotValid)) throw error;
    return {
      signature: 'invalid',
      chain: 'not_checked',
      summary: 'Signature not valid: do not rely on anything in this report.',
      reasons: [error.message],
      certificate: null,
    };
  }
}

/** Says in its message why a report cannot be relied on. */
class NotValid extends Error {}

async function openSigned(jws: string, keySet: unknown): Promise<{ payload: string; key: z.infer<typeof keySchema> }> {
  if (jws.length > JWS_LENGTH_MAX) throw new NotValid('The report is too long.');
  const parts = jws.split('.');
  const header = headerSchema.safeParse(parseJson(Buffer.from(parts[0] ?? '', 'base64url').toString('utf8')));
  if (parts.length !== 3 || !header.success)
    throw new NotValid('This is no signed report (a compact JWS of three parts).');
  // Base64url has several spellings of the same bytes, of which a report has one: its hash is over the text.
  if (!parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part))
    throw new NotValid('The report was changed: it is not written as its issuer writes (base64url, RFC 4648).');
  const { alg, kid, typ } = header.data;
  if (typ !== 'rsm-wipe-certificate+jws') throw new NotValid(`This was signed as something else: "${typ}".`);
  if (alg !== 'EdDSA') throw new NotValid(`Reports are signed with EdDSA, not with "${alg}".`);
  const keys = keySetSchema.safeParse(keySet);
  if (!keys.success) throw new NotValid('The key set is no JWK set (RFC 7517).');
  const candidates = keys.data.keys.filter((key) => key['kid'] === kid).map((key) => keySchema.safeParse(key));
  const [only, ...others] = candidates;
  if (only === undefined) throw new NotValid(`The key set has no key "${kid}".`);
  if (others.length > 0 || !only.success) throw new NotValid(`The key set has no single Ed25519 key "${kid}".`);
  try {
    // The key comes from the given set alone; whatever the header offers (jwk, jku, x5c) is not looked at.
    const key = await importJWK({ kty: 'OKP', crv: 'Ed25519', x: only.data.x }, 'EdDSA');
    const { payload } = await compactVerify(jws, key, { algorithms: ['EdDSA'] });
    return { payload: new TextDecoder('utf-8', { fatal: true }).decode(payload), key: only.data };
  } catch {
    throw new NotValid(
      `The signature does not fit the key "${kid}": the report was changed, or somebody else signed it.`,
    );
  }
}

/** A key that was stolen after its retirement signs nothing that counts. What it signed before stays valid. */
function checkRetirement(certificate: ReadCertificate, { kid, exp }: z.infer<typeof keySchema>): void {
  if (exp === undefined || Date.parse(certificate.issuedAt) < exp * 1_000) return;
  throw new NotValid(
    `The key "${kid}" was retired at ${new Date(exp * 1_000).toISOString()}, and this report says it was issued at ${certificate.issuedAt}: after that the key signs nothing.`,
  );
}

function readPayload(payload: string): { certificate: ReadCertificate; reasons: readonly string[] } {
  const parsed = parseJson(payload);
  const certificate = readCertificateSchema.safeParse(parsed);
  if (!certificate.success) {
    const fields = certificate.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new NotValid(`The signed text is no report that this version can read (${fields}).`);
  }
  if (sortedJson(parsed) !== payload) throw new NotValid('The signed text is not in canonical form (RFC 8785).');
  return { certificate: certificate.data, reasons: ['The signed text is in canonical form.'] };
}

function checkChain(
  certificate: ReadCertificate,
  previous: string | null | undefined,
): { result: CertificateCheck['chain']; reason: string } {
  if (previous === undefined)
    return { result: 'not_checked', reason: 'The chain was not checked: the previous report was not given.' };
  const hash = previous === null ? null : createHash('sha256').update(previous.trim()).digest('hex');
  if (hash === certificate.previousSha256) {
    return {
      result: 'follows',
      reason: hash === null ? 'It is the first report of its machine.' : 'It follows the given previous report.',
    };
  }
  return {
    result: 'does_not_follow',
    reason: 'It does NOT follow the given previous report: one is missing, or it belongs to another machine.',
  };
}

/** A verdict that its own evidence does not carry is named, whoever signed it. */
function contradictions(certificate: ReadCertificate): readonly string[] {
  if (certificate.verdict !== 'verified') return [];
  const bad = certificate.findings
    .filter((finding) => finding.verdict !== 'clean')
    .map((finding) => `"${finding.check}" says ${finding.verdict}`);
  const failed = certificate.steps.filter((step) => !step.succeeded).map((step) => `step "${step.name}" failed`);
  const problems = [...bad, ...failed, ...(certificate.findings.length === 0 ? ['no check is listed'] : [])];
  return problems.length === 0 ? [] : [`The report contradicts itself: it says verified, but ${problems.join(', ')}.`];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Writes parsed JSON with sorted keys and without white space, by means of JSON.stringify's own replacer. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
