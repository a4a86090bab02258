import { describe, expect, test } from 'vitest';
import { buildDocument } from './build-document.ts';
import { identity, subject } from './sample-subject.fixture.ts';

/** The record that NIST SP 800-88 Rev. 2 asks for, by its own words and in its order, with the field of ours that answers it. */
const asked = {
  manufacturer: 'manufacturer',
  model: 'model',
  'serial number': 'serialNumber',
  'organizationally assigned media or property number': 'organizationNumber',
  'media type': 'mediaType',
  'media source': 'mediaSource',
  'confidentiality before': 'preSanitizationConfidentiality',
  'method (Clear, Purge or Destroy)': 'sanitizationDescription',
  technique: 'technique',
  'how it was done': 'methodUsed',
  'tool and its version': 'toolUsed',
  'logical sanitization: of what': 'sanitizationScope',
  'verification method': 'verificationMethod',
  'validation method': 'validationMethod',
  'validation result': 'validationResult',
  'confidentiality after': 'postSanitizationConfidentiality',
  destination: 'postSanitizationDestination',
} as const;
const askedOfPeople = ['name', 'title', 'date', 'location', 'contact', 'signature'];

describe('the fields of NIST SP 800-88 Rev. 2', () => {
  const { media, performedBy, validatedBy, verifiedBy } = buildDocument(subject(), identity).sanitization;

  test.each(Object.entries(asked))('a medium answers: %s', (_asked, field) => {
    for (const medium of media) expect(medium[field]).toMatch(/^\S.*$/);
  });

  test('a medium has no field that nobody asked for', () => {
    for (const medium of media) expect(Object.keys(medium).toSorted()).toEqual(Object.values(asked).toSorted());
  });

  test('each disk is listed once, and a machine whose disks could not be read has one unknown medium', () => {
    expect(media.map(({ organizationNumber }) => organizationNumber)).toEqual(['/dev/nvme0n1']);
    const unread = buildDocument({ ...subject(), machine: { ...subject().machine, facts: null } }, identity);
    expect(unread.sanitization.media).toMatchObject([{ mediaType: 'unknown', organizationNumber: 'not read' }]);
  });

  test('who did it and who looked are named with all that is asked of a person', () => {
    for (const person of [performedBy, verifiedBy])
      expect(Object.keys(person).toSorted()).toEqual(askedOfPeople.toSorted());
    expect(performedBy).toMatchObject({ name: 'Marketplace', location: 'Berlin', contact: 'ops@example.org' });
  });

  test('what nobody decided is said so: there is no category, so nobody found one sufficient', () => {
    expect(validatedBy).toBe('not applicable');
    expect(media[0]?.validationResult).toContain('not validated');
    expect(media[0]?.sanitizationScope).toContain('the medium as a whole was not sanitized');
  });
});
