import { base64url, compactVerify, decodeProtectedHeader, importJWK } from 'jose';
import { z } from 'zod';
import { parseCertificateDocument, type CertificateDocument } from './certificate-document.ts';

/*
 * The check of a signed report on this computer alone: nothing here asks a network. It shares no code with what issues reports.
 */

/** Why a report is refused. */
type CertificateProblem =
  | 'not_a_report'
  | 'wrong_algorithm'
  | 'unknown_key'
  | 'changed'
  | 'retired_key'
  | 'unreadable'
  | 'other_booking'
  | 'cannot_check';

export type CertificateCheck =
  | {
      readonly kind: 'valid';
      readonly keyId: string;
      readonly document: CertificateDocument;
      /** A verdict that its own evidence does not carry is named, whoever signed it. */
      readonly contradictions: readonly string[];
    }
  | { readonly kind: 'refused'; readonly problem: CertificateProblem; readonly explanation: string };

/** The only algorithm (RFC 8037), and the type that reports are signed as. */
const ALGORITHM = 'EdDSA';
const TYPE = 'rsm-wipe-certificate+jws';
const JWS_CHARS_MAX = 4 * 1024 * 1024;

const headerSchema = z.object({ alg: z.string(), kid: z.string(), typ: z.string() });
const keySetSchema = z.object({ keys: z.array(z.record(z.string(), z.unknown())).max(1_000) });
const keySchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  kid: z.string(),
  x: z.string(),
  /** Seconds since 1970 from which on a retired key signs nothing any more. */
  exp: z.int().min(0).optional(),
});

/**
 * Checks a report against a key set. It says who issued it and that not one byte was changed; it can't say that a clean-up is proven.
 * @param input.jws the compact JWS (RFC 7515); white space around it is ignored
 * @param input.keySet the key set as it was kept (RFC 7517)
 * @param input.bookingId a true report of another booking is refused; null takes the report of any
 */
export async function checkCertificate(input: {
  readonly jws: string;
  readonly keySet: unknown;
  readonly bookingId: string | null;
}): Promise<CertificateCheck> {
  const jws = input.jws.trim();
  const header = readHeader(jws);
  if (header === null) return refused('not_a_report', 'This is no signed report: it must be a JWS of three parts.');
  const { alg, kid, typ } = header;
  if (alg !== ALGORITHM) {
    return refused('wrong_algorithm', `Reports are signed with ${ALGORITHM}, and this one says "${shorten(alg)}".`);
  }
  if (typ !== TYPE) return refused('not_a_report', `This was signed as something else: "${shorten(typ)}".`);
  const key = findKey(input.keySet, kid);
  if (key === null) {
    return refused('unknown_key', `The key set has no Ed25519 key "${shorten(kid)}", so nobody known signed this.`);
  }
  // Browsers give a page without a secure connection no cryptography.
  if (globalThis.crypto?.subtle === undefined) {
    return refused('cannot_check', 'This page has no secure connection, so the browser can’t check signatures here.');
  }
  const payload = await openSigned(jws, key);
  if (payload === null) {
    return refused(
      'changed',
      `The signature does not fit the key "${shorten(kid)}": the report was changed, or somebody else signed it.`,
    );
  }
  const document = parseCertificateDocument(payload);
  if (document === null) return refused('unreadable', 'What was signed is no report that this version can read.');
  if (key.exp !== undefined && Date.parse(document.issuedAt) >= key.exp * 1_000) {
    return refused(
      'retired_key',
      `The key "${shorten(kid)}" was retired at ${new Date(key.exp * 1_000).toISOString()}, before this report says it was issued.`,
    );
  }
  if (input.bookingId !== null && document.booking.id !== input.bookingId) {
    return refused('other_booking', `This is the report of another booking: ${shorten(document.booking.id)}.`);
  }
  return { kind: 'valid', keyId: kid, document, contradictions: contradictionsOf(document) };
}

/** The text of a report without any check of who wrote it. Show it only with these words beside it. */
export function readUnchecked(jws: string): CertificateDocument | null {
  try {
    const payload = jws.trim().split('.')[1] ?? '';
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
      character.charCodeAt(0),
    );
    return parseCertificateDocument(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}

function readHeader(jws: string): z.infer<typeof headerSchema> | null {
  if (jws.length > JWS_CHARS_MAX || jws.split('.').length !== 3) return null;
  try {
    return headerSchema.safeParse(decodeProtectedHeader(jws)).data ?? null;
  } catch {
    return null;
  }
}

/** The one key of that id. It comes from the given set alone: whatever the report itself offers is not looked at. */
function findKey(keySet: unknown, kid: string): z.infer<typeof keySchema> | null {
  const keys = keySetSchema.safeParse(keySet).data?.keys.filter((key) => key['kid'] === kid) ?? [];
  return keys.length === 1 ? (keySchema.safeParse(keys[0]).data ?? null) : null;
}

async function openSigned(jws: string, key: z.infer<typeof keySchema>): Promise<string | null> {
  // One spelling only: base64url has others of the same bytes, and the report's hash is over the text.
  const signature = jws.slice(jws.lastIndexOf('.') + 1);
  try {
    if (base64url.encode(base64url.decode(signature)) !== signature) return null;
    const publicKey = await importJWK({ kty: key.kty, crv: key.crv, x: key.x }, ALGORITHM);
    const { payload } = await compactVerify(jws, publicKey, { algorithms: [ALGORITHM] });
    return new TextDecoder('utf-8', { fatal: true }).decode(payload);
  } catch {
    return null;
  }
}

function contradictionsOf(document: CertificateDocument): readonly string[] {
  if (document.verdict !== 'verified') return [];
  const findings = document.findings
    .filter(({ verdict }) => verdict !== 'clean')
    .map(({ check }) => `the check "${check}" is not clean`);
  const steps = document.steps.filter(({ succeeded }) => !succeeded).map(({ name }) => `the step "${name}" failed`);
  return [...findings, ...steps, ...(document.findings.length === 0 ? ['it lists no check'] : [])];
}

function refused(problem: CertificateProblem, explanation: string): CertificateCheck {
  return { kind: 'refused', problem, explanation };
}

const SHOWN_CHARS_MAX = 80;

/** What a stranger may have written is shown, but not at any length. */
function shorten(text: string): string {
  return text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}…` : text;
}
