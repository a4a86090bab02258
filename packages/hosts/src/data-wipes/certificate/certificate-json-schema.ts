import { z } from 'zod';
import { CERTIFICATE_VERSION, certificateDocumentSchema } from './certificate-document.ts';

/**
 * The published form of what is signed, as JSON Schema (draft 2020-12), made from the schema that issues reports. A copy lies in
 * docs/wipe-certificate.schema.json, and a server serves it beside its keys.
 */
export function certificateJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(certificateDocumentSchema, { io: 'input', target: 'draft-2020-12' });
  return {
    $schema,
    $id: `urn:rsm:wipe-certificate:${String(CERTIFICATE_VERSION)}`,
    title: 'Wipe certificate',
    description:
      'The payload of a compact JWS (EdDSA, Ed25519) of type rsm-wipe-certificate+jws. Times are ISO 8601 in UTC, or milliseconds since 1970 within a step. A valid signature tells who issued it and that it was not changed; it does not prove that nothing is left.',
    ...schema,
  };
}
