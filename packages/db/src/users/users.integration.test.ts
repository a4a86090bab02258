import { newId, sshKeyIdSchema } from '@rsm/domain/common/ids';
import type { SshKey } from '@rsm/domain/ssh-keys/ssh-key';
import { SSH_KEYS_PER_USER_MAX } from '@rsm/domain/ssh-keys/ssh-key';
import { describe, expect, test } from 'vitest';

import { makeUser, testIds } from '../testing/market.ts';
import { useUnitOfWork } from '../testing/use-unit-of-work.ts';

describe('PgUserRepository', () => {
  const fixture = useUnitOfWork();

  test('the first calls of one person may come at once: they make one row', async () => {
    const { uow, clock, owner } = fixture();
    const calls = Array.from({ length: 20 }, () => makeUser(clock.now(), { subject: 'one person' }));
    const users = await Promise.all(calls.map((user) => uow.run((tx) => tx.users.insertOrFind(user))));
    expect(new Set(users.map((user) => user.id)).size).toBe(1);
    expect(await owner('users').where({ subject: 'one person' })).toHaveLength(1);
  });

  test('a profile is opened once, and read with the user under the lock as well', async () => {
    const { uow, clock } = fixture();
    const user = makeUser(clock.now());
    const profile = { status: 'pending', publicName: 'Institute', openedAt: clock.now() } as const;
    await uow.run((tx) => tx.users.insertOrFind(user));
    const open = () => uow.run((tx) => tx.users.insertProviderProfile(user.id, profile));
    await open();
    await expect(open()).rejects.toMatchObject({ code: 'conflict' });
    const approve = { from: 'pending', to: 'approved' } as const;
    await uow.run((tx) => tx.users.changeProviderProfileStatus(user.id, approve));
    await expect(uow.run((tx) => tx.users.changeProviderProfileStatus(user.id, approve))).rejects.toMatchObject({
      code: 'wrong_state',
    });
    const expected = { ...user, providerProfile: { ...profile, status: 'approved' } };
    expect(await uow.run((tx) => tx.users.lockById(user.id))).toEqual(expected);
    expect(await uow.reads.users.findBySubject(user.issuer, user.subject)).toEqual(expected);
    expect(await uow.reads.users.findByEmail(user.email.toUpperCase())).toEqual(expected);
  });

  test('a status moves along the graph only and keeps its reason in the history', async () => {
    const { uow, clock, owner } = fixture();
    const user = makeUser(clock.now());
    await uow.run((tx) => tx.users.insertOrFind(user));
    const move = (from: 'active' | 'suspended' | 'closed', to: 'active' | 'suspended' | 'closed') =>
      uow.run((tx) => tx.users.changeStatus(user.id, { from, to, reason: `${from} to ${to}` }));
    await move('active', 'suspended');
    await expect(move('active', 'closed')).rejects.toMatchObject({ code: 'wrong_state' });
    await move('suspended', 'closed');
    await expect(move('closed', 'active')).rejects.toMatchObject({ code: 'wrong_state' });
    const history: unknown = await owner('status_changes')
      .where({ subject_id: user.id })
      .orderBy('id')
      .select('reason');
    expect(history).toEqual([{ reason: 'active to suspended' }, { reason: 'suspended to closed' }]);
  });

  test('the list is searched by name and address, with wildcards taken as they are', async () => {
    const { uow, clock } = fixture();
    const user = makeUser(clock.now(), { displayName: '100% Zoë_X' });
    await uow.run((tx) => tx.users.insertOrFind(user));
    const find = async (search: string | null) =>
      (await uow.reads.users.list({ limit: 100, cursor: null, search })).items.map((found) => found.id);
    expect(await find('0% zoë_')).toEqual([user.id]);
    expect(await find(user.email)).toEqual([user.id]);
    expect(await find('0_ zo')).toEqual([]);
    expect(await find(null)).toContain(user.id);
  });
});

describe('PgSshKeyRepository', () => {
  const fixture = useUnitOfWork();

  test('keys are unique per person, limited in number even when they come at once, and removed by their owner', async () => {
    const { uow, clock } = fixture();
    const [user, other] = [makeUser(clock.now()), makeUser(clock.now())];
    await uow.run(async (tx) => {
      await tx.users.insertOrFind(user);
      await tx.users.insertOrFind(other);
    });
    const makeKey = (userId: SshKey['userId'], fingerprint: string): SshKey => ({
      id: newId(testIds, sshKeyIdSchema),
      userId,
      name: 'laptop',
      publicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5',
      fingerprint: `SHA256:${fingerprint}`,
      createdAt: clock.now(),
    });
    const insert = (key: SshKey) => uow.run((tx) => tx.sshKeys.insert(key));
    const first = makeKey(user.id, 'same');
    await insert(first);
    await expect(insert(makeKey(user.id, 'same'))).rejects.toMatchObject({ code: 'conflict', field: 'publicKey' });
    await insert(makeKey(other.id, 'same'));

    const many = Array.from({ length: SSH_KEYS_PER_USER_MAX + 5 }, (_, index) => makeKey(user.id, String(index)));
    const results = await Promise.allSettled(many.map(insert));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(SSH_KEYS_PER_USER_MAX - 1);
    expect(await uow.reads.sshKeys.listByUser(user.id)).toHaveLength(SSH_KEYS_PER_USER_MAX);
    await expect(insert(makeKey(user.id, 'more'))).rejects.toMatchObject({ code: 'limit_reached' });

    expect(await uow.run((tx) => tx.sshKeys.remove(other.id, first.id))).toBe(false);
    expect(await uow.reads.sshKeys.findByIds(other.id, [first.id])).toEqual([]);
    expect(await uow.reads.sshKeys.findByIds(user.id, [first.id])).toEqual([first]);
    expect(await uow.run((tx) => tx.sshKeys.remove(user.id, first.id))).toBe(true);
  });

  test('a key with options or a second line is refused by the database as well', async () => {
    const { uow, clock } = fixture();
    const user = makeUser(clock.now());
    await uow.run((tx) => tx.users.insertOrFind(user));
    for (const publicKey of [
      'command="id" ssh-ed25519 AAAA',
      'ssh-ed25519 AAAA\nssh-ed25519 BBBB',
      'ssh-ed25519 AAAA x',
    ]) {
      const key = { id: newId(testIds, sshKeyIdSchema), userId: user.id, name: 'x', publicKey, createdAt: clock.now() };
      await expect(
        uow.run((tx) => tx.sshKeys.insert({ ...key, fingerprint: `SHA256:${publicKey}` })),
      ).rejects.toMatchObject({ code: 'invalid_ssh_key', field: 'publicKey' });
    }
  });
});
