import { z } from 'zod';
import { canaryPlaces } from '@rsm/domain/data-wipes/canary';
import { wipeFindingSchema, wipeStepSchema, wipeStrategyKinds, wipeVerdicts } from '@rsm/domain/data-wipes/data-wipe';
import { mediumKinds, sanitizationCategories, techniques } from './sanitization-category.ts';

export const CERTIFICATE_TYPE = 'rsm-wipe-certificate+jws';
export const CERTIFICATE_VERSION = 1;

/** What a field of the standard says when it does not apply here. */
export const NOT_APPLICABLE = 'not applicable';
export const NOT_READ = 'not read';

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
const timeSchema = z.iso.datetime();
const text = z.string().min(1).max(2_000);

const personSchema = z.strictObject({
  name: text,
  title: text,
  date: timeSchema,
  location: text,
  contact: text,
  signature: text,
});

/**
 * Revision 2 tells *verification* (did the technique end as it should) from *validation* (is the outcome enough for what lay there), and
 * knows *logical* sanitization of chosen data on a medium that others go on using. Reports from before these fields came lack them.
 */
const addedByRevision2 = {
  sanitizationScope: text.optional(),
  validationMethod: text.optional(),
  validationResult: text.optional(),
};

/** One storage medium, with the fields of the certificate in NIST SP 800-88 (media information and sanitization details). */
const mediumSchema = z.strictObject({
  manufacturer: text,
  model: text,
  serialNumber: text,
  organizationNumber: text,
  mediaType: z.enum(mediumKinds),
  mediaSource: text,
  preSanitizationConfidentiality: text,
  sanitizationDescription: z.enum(sanitizationCategories),
  technique: z.enum(techniques),
  methodUsed: text,
  toolUsed: text,
  verificationMethod: text,
  ...addedByRevision2,
  postSanitizationConfidentiality: text,
  postSanitizationDestination: text,
});

/** The hashes tell whoever kept a copy of a marker that it was looked for: of its file's name, and of its content. */
const canariesSchema = z.strictObject({
  planted: z.boolean(),
  note: text,
  markers: z
    .array(z.strictObject({ place: z.enum(canaryPlaces), nameSha256: sha256Schema, contentSha256: sha256Schema }))
    .max(canaryPlaces.length),
});

/** What is signed. Times are ISO 8601 in UTC. Unknown fields are refused, so that nothing is signed that nobody reads. */
export const certificateDocumentSchema = z.strictObject({
  version: z.literal(CERTIFICATE_VERSION),
  certificateId: z.uuid(),
  dataWipeId: z.uuid(),
  issuedAt: timeSchema,
  issuer: text,
  verdict: z.enum(wipeVerdicts),
  statement: text,
  machine: z.strictObject({
    id: z.uuid(),
    name: z.string().max(200),
    hostKeyFingerprint: text,
    factsFingerprint: z.union([sha256Schema, z.literal(NOT_READ)]),
    factsReadAt: z.union([timeSchema, z.literal(NOT_READ)]),
    operatingSystem: text,
    processor: text,
    memoryBytes: z.union([z.int().min(0), z.literal(NOT_READ)]),
    gpus: z.array(text).max(32),
  }),
  booking: z.strictObject({
    id: z.uuid(),
    start: timeSchema,
    end: timeSchema,
    accessEndedAt: z.union([timeSchema, z.literal('not recorded')]),
  }),
  plan: z.array(z.enum(wipeStrategyKinds)).max(20),
  steps: z.array(wipeStepSchema).max(500),
  findings: z.array(wipeFindingSchema).max(500),
  /** Markers that were planted as the renter's own files. Reports from before them lack the field. */
  canaries: canariesSchema.optional(),
  sanitization: z.strictObject({
    standard: z.literal('NIST SP 800-88 Rev. 2'),
    category: z.enum(sanitizationCategories),
    categoryReason: text,
    media: z.array(mediumSchema).max(64),
    performedBy: personSchema,
    verifiedBy: personSchema,
    /** Who found the outcome enough for the data; the field came with Revision 2. */
    validatedBy: z.union([personSchema, z.literal(NOT_APPLICABLE)]).optional(),
  }),
  notCovered: z.array(text).min(1).max(50),
  limits: text,
  /** SHA-256 of the machine's previous certificate (its compact JWS), or null when this is the first. */
  previousSha256: sha256Schema.nullable(),
});

export type CertificateDocument = z.infer<typeof certificateDocumentSchema>;
