import { describe, expect, test } from 'vitest';
import { comparePrivileges, suspectsOf } from './compare-baseline.ts';
import { readListing, writeBaseline } from './machine-listing.ts';

const hash = (digit: string) => digit.repeat(64);
const file = (
  path: string,
  options: { age?: 'new' | 'old'; rights?: string; content?: string; kind?: string } = {},
) => {
  const { age = 'old', rights = 'f 644 0:0', content = hash('a'), kind = 'etc' } = options;
  return `${age} ${kind} ${rights}\t\t${path}\n${content}  ${path}\n`;
};
const listing = (...files: readonly string[]) => `${files.join('')}listed\n`;
const baselineOf = (...files: readonly string[]) => writeBaseline(readListing(listing(...files)));
const vouchedFor = (path: string) => `vouched ${path}\nlooked\n`;

const PROFILE = file('/etc/profile');
const SU = file('/usr/bin/su', { kind: 'setuid', rights: 'f 4755 0:0' });
const BEFORE = baselineOf(PROFILE, SU);

describe('a machine beside what it was', () => {
  test('is kept as one text, in whatever order it was listed', () => {
    expect(BEFORE).toBe(`etc\tf 644 0:0\t${hash('a')}\t/etc/profile\nsetuid\tf 4755 0:0\t${hash('a')}\t/usr/bin/su\n`);
    expect(baselineOf(SU, PROFILE)).toBe(BEFORE);
  });

  test.each<[string, readonly string[], string, string]>([
    ['a new file', [PROFILE, SU, file('/etc/x')], 'etc_changes', `/etc/x is new (644 0:0, ${'a'.repeat(16)})`],
    ['other content', [file('/etc/profile', { content: hash('b') }), SU], 'etc_changes', `/etc/profile was changed (644 0:0, ${'b'.repeat(16)})`],
    ['other rights', [file('/etc/profile', { rights: 'f 666 0:0' }), SU], 'etc_changes', `/etc/profile has other rights (666 0:0, ${'a'.repeat(16)})`],
    ['a link in its place', [`old etc l 777 0:0\t/tmp/x\t/etc/profile\n`, SU], 'etc_changes', '/etc/profile has other rights (777 0:0, -> /tmp/x)'],
    ['a file less', [SU], 'etc_changes', '/etc/profile was removed'],
    ['a program that became another', [PROFILE, SU, file('/bin/x', { kind: 'setuid', rights: 'f 4755 0:0' })], 'setuid_files', `/bin/x is new (4755 0:0, ${'a'.repeat(16)})`],
  ])('shows %s', (_name, files, check, what) => {
    expect(comparePrivileges(listing(...files), BEFORE)).toEqual({ found: [{ check, what }], blind: [], notes: [] });
  }); // prettier-ignore

  test('does not show a new inode with what was there before, a program that gave its rights up, nor what changes by itself', () => {
    const after = listing(file('/etc/profile', { age: 'new' }), file('/etc/resolv.conf', { content: hash('c') }));
    expect(comparePrivileges(after, BEFORE)).toEqual({ found: [], blind: [], notes: [] });
    for (const path of ['/etc/mtab', '/etc/adjtime', '/etc/passwd-', '/etc/ld.so.cache', '/etc/lvm/backup/vg0'])
      expect(baselineOf(file(path)), path).toBe('');
    const setuid = { kind: 'setuid', rights: 'f 4755 0:0' };
    expect(baselineOf(file('/snap/core22/1/usr/bin/su', setuid))).toBe('');
    expect(baselineOf(file('/var/lib/docker/overlay2/a/diff/bin/su', setuid))).toBe('');
    expect(baselineOf(file('/var/lib/dockers/su', setuid))).not.toBe('');
    for (const path of [
      '/etc/passwd',
      '/etc/ld.so.conf',
      '/etc/ld.so.preload',
      '/etc/letsencrypt/renewal-hooks/post/x',
    ])
      expect(baselineOf(file(path)), path).not.toBe('');
  });

  describe('believes the package database', () => {
    const compare = (changed: string, path: string, before: string | null = BEFORE) =>
      comparePrivileges(`${listing(PROFILE, SU, changed)}${vouchedFor(path)}`, before).found;
    const updated = listing(PROFILE, file('/usr/bin/su', { kind: 'setuid', rights: 'f 4755 0:0', content: hash('b') }));

    test('about new content with the rights of before', () => {
      expect(suspectsOf(updated, BEFORE)).toEqual(['/usr/bin/su']);
      expect(comparePrivileges(`${updated}${vouchedFor('/usr/bin/su')}`, BEFORE)).toEqual({
        found: [],
        blind: [],
        notes: ['/usr/bin/su was changed by its package'],
      });
      expect(comparePrivileges(updated, BEFORE).found).toHaveLength(1);
    });

    test("about a plain new file of root's in /etc", () => {
      expect(compare(file('/etc/x'), '/etc/x')).toEqual([]);
      expect(compare(file('/etc/x', { rights: 'f 666 0:0' }), '/etc/x')).toHaveLength(1);
      expect(compare(file('/etc/x', { rights: 'f 644 1000:0' }), '/etc/x')).toHaveLength(1);
    });

    test("never about rights that are new: a package's own shell with the setuid bit stays found", () => {
      const shell = (age: 'new' | 'old') => file('/bin/bash', { kind: 'setuid', rights: 'f 4755 0:0', age });
      expect(compare(shell('new'), '/bin/bash')).toHaveLength(1);
      expect(compare(shell('new'), '/bin/bash', null)).toHaveLength(1);
    });
  });

  test('that is not known is looked at for what changed since, and that is said', () => {
    const after = listing(file('/etc/profile', { age: 'new' }), SU, file('/etc/passwd', { age: 'new' }));
    const answer = comparePrivileges(after, null);
    expect(answer.found).toEqual([
      { check: 'etc_changes', what: `/etc/profile was changed (644 0:0, ${'a'.repeat(16)})` },
    ]);
    expect(answer.notes.join()).toContain('not removed ones');
  });

  test.each([
    ['was not finished', PROFILE + SU, BEFORE],
    ['has a complaint in it', listing(PROFILE, SU, "find: '/etc/x': Permission denied\n"), BEFORE],
    ['misses a hash', listing(PROFILE, SU, 'old etc f 644 0:0\t\t/etc/y\n'), BEFORE],
    ['names a file twice, as a name with a line break could', listing(PROFILE, SU, SU), BEFORE],
    ['meets a text that is no list', listing(PROFILE, SU), 'as it was'],
  ])('is not clean when the list %s', (_name, output, baseline) => {
    expect(comparePrivileges(output, baseline).blind).toHaveLength(1);
  });

  test('is seen whole although the door to a file system that is not local is closed even to root', () => {
    const door = "skipped /run/user/1000/doc fuse.portal\nfind: '/run/user/1000/doc': Permission denied\n";
    expect(comparePrivileges(listing(PROFILE, SU, door), BEFORE)).toEqual({
      found: [],
      blind: [],
      notes: ['not looked at, because it is not local: /run/user/1000/doc fuse.portal'],
    });
  });

  test('asks about each path once, and about no endless list', () => {
    const many = Array.from({ length: 500 }, (_, index) => file(`/etc/${index}`));
    expect(suspectsOf(listing(PROFILE, SU, ...many, file('/etc/0', { kind: 'setuid' })), BEFORE)).toHaveLength(400);
    expect(suspectsOf(listing(PROFILE, SU), BEFORE)).toEqual([]);
  });
});
