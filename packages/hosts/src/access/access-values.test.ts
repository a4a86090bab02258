import { describe, expect, test } from 'vitest';
import { instant } from '@rsm/domain/common/instant';
import { parseAccessState } from './access-state.ts';
import {
  ACCESS_KEYS_MAX,
  calendarOf,
  checkAccount,
  checkPublicKeys,
  expiryDayOf,
  expiryStyleOf,
} from './access-values.ts';
import { GRACE_SECONDS_MAX } from './end-access.ts';
import { createUnixUserAccess } from './unix-user-access.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ1dCB0aGlzIGlzIG5vIHJlYWwga2V5IGF0IGFsbCE=';

describe('the values of an access', () => {
  test('a deadline is written for systemd in UTC, with its milliseconds', () => {
    expect(calendarOf(instant(1_795_295_845_123))).toBe('2026-11-21 21:17:25.123 UTC');
  });

  test('the account itself expires at the first midnight after the deadline', () => {
    expect(expiryDayOf(instant(Date.UTC(2026, 10, 21, 23, 59, 59)))).toBe('2026-11-22');
    expect(expiryDayOf(instant(Date.UTC(2026, 10, 22)))).toBe('2026-11-23');
  });

  test.each([
    ['OpenSSH_9.2p1 Debian-2+deb12u3', 'utc'],
    ['OpenSSH_9.1', 'utc'],
    ['OpenSSH_10.0p2', 'utc'],
    ['OpenSSH_9.0p1', 'local'],
    ['OpenSSH_7.7', 'local'],
    ['OpenSSH_7.6p1', 'none'],
    ['dropbear_2022.83', 'none'],
  ])('%s reads an expiry time as %s', (software, style) => {
    expect(expiryStyleOf(software)).toBe(style);
  });

  test.each([
    [{ accountName: 'root', uid: 2_000_000 }, 'accountName'],
    [{ accountName: 'rsm-0123456789abcdef;id', uid: 2_000_000 }, 'accountName'],
    [{ accountName: 'rsm-0123456789abcdef', uid: 0 }, 'uid'],
    [{ accountName: 'rsm-0123456789abcdef', uid: 999 }, 'uid'],
    [{ accountName: 'rsm-0123456789abcdef', uid: 1e10 }, 'uid'],
  ])('refuses the account %j', (account, field) => {
    expect(() => checkAccount(account)).toThrow(expect.objectContaining({ code: 'invalid_input', field }));
  });

  test.each([
    [[], 'publicKeys'],
    [Array.from({ length: ACCESS_KEYS_MAX + 1 }, () => KEY), 'publicKeys'],
    [[KEY, `command="id" ${KEY}`], 'publicKeys.1'],
    [[`${KEY}\n${KEY}`], 'publicKeys.0'],
    [[`${KEY} comment`], 'publicKeys.0'],
    [['ssh-dss AAAA'], 'publicKeys.0'],
  ])('refuses keys that are not plain', (keys, field) => {
    expect(() => checkPublicKeys(keys)).toThrow(expect.objectContaining({ code: 'invalid_ssh_key', field }));
  });

  test('a grace period that the time limit of the command does not admit is refused', () => {
    const pool = { session: () => expect.fail('nothing may be sent') };
    const clock = { now: () => instant(0) };
    expect(() => createUnixUserAccess({ pool, clock, graceSeconds: GRACE_SECONDS_MAX + 1 })).toThrow(RangeError);
  });
});

describe('the state that is read back', () => {
  const answer =
    'now 1795295845\nuid 2000001\nexpires \nkeys 1\ndeadline 1795295999123\nended no\nemptied \nprocesses 3\nsshd ours\ncontainer none\nfence up\nwakes 1795295999\narmed yes\n';

  test('is read line by line; what is not there is null', () => {
    expect(parseAccessState(answer)).toEqual({
      now: 1_795_295_845, uid: 2_000_001, expires: null, keys: 1, deadline: 1_795_295_999_123, ended: 'no', emptied: null, processes: 3, sshd: 'ours', container: 'none', fence: 'up', wakes: 1_795_295_999, armed: 'yes',
    }); // prettier-ignore
  });

  test.each(['', 'now 1', answer.replace('processes 3', 'processes many'), answer.replace('armed yes', 'armed maybe')])(
    'is refused when it is not whole',
    (text) => {
      expect(() => parseAccessState(text)).toThrow(expect.objectContaining({ code: 'host_command_failed' }));
    },
  );
});
