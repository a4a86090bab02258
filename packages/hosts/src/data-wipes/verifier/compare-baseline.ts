import type { Answer } from './look.ts';
import { readBaseline, readListing, type ListedFile, type MachineListing } from './machine-listing.ts';
import { isTouchedByBookings } from './self-changing-files.ts';

/** A file that is not as it was. */
interface Difference {
  readonly file: ListedFile;
  readonly what: 'is new' | 'was changed' | 'has other rights' | 'was removed';
}

const NO_BASELINE =
  'there is no list from before the booking: only files that were made or changed since its beginning were looked for, not removed ones';

const UNREADABLE = 'the list from before the booking is in a form that is not known';

/**
 * Compares a machine with what it was before anybody was let in. Without that list (a booking that began before such lists were
 * kept, or in which nobody was ever let in) only files whose inode changed since then are seen.
 */
export function comparePrivileges(output: string, baseline: string | null): Answer {
  const listing = readListing(output);
  const before = baseline === null ? null : readBaseline(baseline);
  if (baseline !== null && before === null) return { found: [], blind: [UNREADABLE], notes: [] };
  const found: { check: string; what: string }[] = [];
  const notes = listing.skipped.map((entry) => `not looked at, because it is not local: ${entry}`);
  if (before === null) notes.push(NO_BASELINE);
  for (const difference of differencesOf(listing, before)) {
    const { file } = difference;
    if (isVouchedFor(difference, { listing, before })) notes.push(`${file.path} was changed by its package`);
    else found.push({ check: file.kind === 'etc' ? 'etc_changes' : 'setuid_files', what: said(difference) });
  }
  return { found, blind: listing.blind, notes };
}

/** Paths about which the package database is to be asked. Each once, at most as many as fit into a report. */
export function suspectsOf(output: string, baseline: string | null): readonly string[] {
  const before = baseline === null ? null : readBaseline(baseline);
  const paths = differencesOf(readListing(output), before).map(({ file }) => file.path);
  return [...new Set(paths)].slice(0, SUSPECTS_MAX);
}

const SUSPECTS_MAX = 400;

type Before = ReadonlyMap<string, ListedFile> | null;

function differencesOf(listing: MachineListing, before: Before): readonly Difference[] {
  if (before === null) {
    return [...listing.files]
      .filter(([key, file]) => listing.changed.has(key) && !isTouchedByBookings(file.path))
      .map(([, file]) => ({ file, what: 'was changed' }));
  }
  const differences: Difference[] = [];
  for (const [key, file] of listing.files) {
    const old = before.get(key);
    if (old === undefined) differences.push({ file, what: 'is new' });
    else if (old.content !== file.content && old.rights === file.rights)
      differences.push({ file, what: 'was changed' });
    else if (old.rights !== file.rights) differences.push({ file, what: 'has other rights' });
  }
  // A program that has lost its rights, or is gone, gives none to anybody; a missing file of /etc may.
  for (const [key, file] of before)
    if (file.kind === 'etc' && !listing.files.has(key)) differences.push({ file, what: 'was removed' });
  return differences;
}

/** What packages bring: new content with the rights from before, or a plain new file of root's in /etc. Never rights that are new. */
function isVouchedFor(
  { file, what }: Difference,
  { listing, before }: { readonly listing: MachineListing; readonly before: Before },
): boolean {
  if (!listing.vouched.has(file.path)) return false;
  const isPlain = /^f (?:600|640|644|755) 0:0$/.test(file.rights);
  if (what === 'was changed') return before !== null || (file.kind === 'etc' && isPlain);
  return what === 'is new' && file.kind === 'etc' && isPlain;
}

/** Names the file and what was seen of it: never its content, of which the beginning of the hash is enough to compare. */
function said({ file, what }: Difference): string {
  return what === 'was removed'
    ? `${file.path} ${what}`
    : `${file.path} ${what} (${file.rights.slice(2)}, ${file.content.slice(0, 16)})`;
}
