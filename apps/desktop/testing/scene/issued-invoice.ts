import { canonicalJson } from '@rsm/domain/documents/canonical-json';
import { documentContentSchema, type DocumentContent } from '@rsm/domain/documents/document-content';
import type { Installation } from '@rsm/server/testing';

const PERIOD = { start: '2026-10-01T00:00:00.000Z', end: '2026-11-01T00:00:00.000Z' } as const;
const ISSUED_AT = '2026-11-01T00:05:00.000Z';
const NUMBER = 'INV-2026-000001';

/** Ids of things that are only named. */
const idOf = (serial: number): string => `019a3c00-0000-7000-8000-${String(serial).padStart(12, '0')}`;
const DOCUMENT_ID = idOf(1);

/** An invoice of a month that is long over, which no test can wait for: written as the issuer writes it. */
export interface IssuedInvoice {
  readonly id: string;
  readonly number: string;
  /** The text whose hash the invoice bears. */
  readonly canonical: string;
}

/** Puts one into an installation for the person with this address. Its bookings are not there. */
export async function issueInvoice(installation: Installation, email: string): Promise<IssuedInvoice> {
  const [user] = await installation.sql<{ id: string }>('SELECT id FROM users WHERE email = ?', [email]);
  if (user === undefined) throw new Error(`Nobody has the address ${email}.`);
  const id = DOCUMENT_ID;
  const canonical = canonicalJson(contentFor(email));
  await installation.sql(`INSERT INTO document_series (series, year, last_sequence) VALUES ('INV', 2026, 1)`);
  await installation.sql(
    `INSERT INTO documents (id, user_id, kind, scope, series, year, sequence, period_start, period_end, part, total_micros,
       tax_micros, currency, issued_at, canonical, sha256)
     SELECT ?::uuid, ?::uuid, 'invoice', 'renter', 'INV', 2026, 1, ?::timestamptz, ?::timestamptz, 1, 11900000, 1900000, 'EUR',
       ?::timestamptz, canonical, encode(sha256(convert_to(canonical, 'UTF8')), 'hex')
     FROM (SELECT ?::text AS canonical) AS written`,
    [id, user.id, PERIOD.start, PERIOD.end, ISSUED_AT, canonical],
  );
  return { id, number: NUMBER, canonical };
}

function contentFor(email: string): DocumentContent {
  const nobody = { address: [], country: null, taxId: null, email: null };
  const line = (position: number, amountMicros: string, title: string) => ({
    position,
    transferId: idOf(100 + position),
    kind: 'charge' as const,
    at: '2026-10-05T12:00:00.000Z',
    text: 'Charged for the time in which access worked.',
    booking: {
      id: idOf(200 + position),
      title,
      start: '2026-10-05T10:00:00.000Z',
      end: '2026-10-05T12:00:00.000Z',
    },
    amountMicros,
    grossMicros: null,
    feeMicros: null,
  });
  return documentContentSchema.parse({
    format: 1,
    kind: 'invoice',
    number: NUMBER,
    issuedAt: ISSUED_AT,
    period: PERIOD,
    part: 1,
    currency: 'EUR',
    issuer: {
      name: 'Market Operator GmbH',
      address: ['Long Street 1', '10115 Berlin'],
      country: 'DE',
      taxId: 'DE123456789',
      email: 'billing@market.example',
    },
    recipient: { ...nobody, name: 'Wanda Wallet', email },
    lines: [line(1, '8000000', 'Two quiet GPUs'), line(2, '3900000', 'A small machine')],
    totalMicros: '11900000',
    tax: { name: 'VAT', basisPoints: 1_900, grossMicros: '11900000', includedMicros: '1900000', netMicros: '10000000' },
    balance: null,
    payout: null,
  });
}
