import { expect, test } from 'vitest';
import { categoryOf, mediumKinds, techniques } from './sanitization-category.ts';

/*
 * The table is written here by hand and not read from the code: NIST SP 800-88 Rev. 2 for what the categories mean, IEEE 2883, to which
 * it refers, for what a technique reaches. Over SSH nothing is ever destroyed.
 */
const table = [
  // Files are not all user-addressable locations, so this is not even Clear.
  ['file_deletion', 'hdd', 'none'],
  ['file_deletion', 'ssd', 'none'],
  ['file_deletion', 'nvme', 'none'],
  ['file_deletion', 'virtual', 'none'],
  ['file_deletion', 'unknown', 'none'],
  ['file_overwrite', 'hdd', 'none'],
  ['file_overwrite', 'ssd', 'none'],
  ['file_overwrite', 'nvme', 'none'],
  ['file_overwrite', 'virtual', 'none'],
  ['file_overwrite', 'unknown', 'none'],
  // Spare areas of a solid-state medium can't be written to, so an overwrite of it is at best Clear.
  ['medium_overwrite', 'hdd', 'clear'],
  ['medium_overwrite', 'ssd', 'clear'],
  ['medium_overwrite', 'nvme', 'clear'],
  ['medium_overwrite', 'virtual', 'none'],
  ['medium_overwrite', 'unknown', 'none'],
  // Magnetic media have no blocks to erase.
  ['block_erase', 'hdd', 'none'],
  ['block_erase', 'ssd', 'purge'],
  ['block_erase', 'nvme', 'purge'],
  ['block_erase', 'virtual', 'none'],
  ['block_erase', 'unknown', 'none'],
  // A key that is gone takes all that it encrypted with it. Below a virtual disk nobody sees where else the key lies.
  ['cryptographic_erase', 'hdd', 'purge'],
  ['cryptographic_erase', 'ssd', 'purge'],
  ['cryptographic_erase', 'nvme', 'purge'],
  ['cryptographic_erase', 'virtual', 'none'],
  ['cryptographic_erase', 'unknown', 'none'],
] as const;

test.each(table)('%s on %s claims %s', (technique, medium, category) => {
  expect(categoryOf(medium, technique)).toBe(category);
});

test('the table has every pair, once', () => {
  const pairs = techniques.flatMap((technique) => mediumKinds.map((medium) => `${technique} on ${medium}`));
  expect(table.map(([technique, medium]) => `${technique} on ${medium}`).toSorted()).toEqual(pairs.toSorted());
});
