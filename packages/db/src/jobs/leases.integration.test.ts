import { plusMs } from '@rsm/domain/common/instant';
import { describe, expect, test } from 'vitest';

import { useUnitOfWork } from '../testing/use-unit-of-work.ts';

describe('PgLeaseRepository', () => {
  const fixture = useUnitOfWork();
  const leaseMs = 30_000;

  const acquire = (subject: string, owner: string) =>
    fixture().uow.run((tx) => tx.leases.acquire({ subject, owner, now: fixture().clock.now(), leaseMs }));

  test('of twenty workers that come at once one gets the lease', async () => {
    const results = await Promise.all(Array.from({ length: 20 }, (_, index) => acquire('a', `worker ${index}`)));
    expect(results.filter((result) => result.acquired)).toEqual([{ acquired: true, attempt: 1 }]);
  });

  test('a lease that ran out is taken over and counts the attempt; the old owner has lost it', async () => {
    const { uow, clock } = fixture();
    await acquire('b', 'first');
    clock.advance(leaseMs - 1);
    expect(await acquire('b', 'second')).toEqual({ acquired: false });
    clock.advance(1);
    expect(await acquire('b', 'second')).toEqual({ acquired: true, attempt: 2 });
    const old = { subject: 'b', owner: 'first', now: clock.now() };
    expect(await uow.run((tx) => tx.leases.isHeld(old))).toBe(false);
    expect(await uow.run((tx) => tx.leases.renew({ ...old, leaseMs }))).toBe(false);
    await uow.run((tx) => tx.leases.release({ ...old, resetAttempts: true }));
    expect(await uow.run((tx) => tx.leases.isHeld({ ...old, owner: 'second' }))).toBe(true);
  });

  test('renewing lengthens it, releasing frees it; attempts begin anew only after progress', async () => {
    const { uow, clock } = fixture();
    await acquire('c', 'first');
    clock.advance(leaseMs - 1);
    expect(await uow.run((tx) => tx.leases.renew({ subject: 'c', owner: 'first', now: clock.now(), leaseMs }))).toBe(
      true,
    );
    expect(await uow.run((tx) => tx.leases.isHeld({ subject: 'c', owner: 'first', now: plusMs(clock.now(), 2) }))).toBe(
      true,
    );
    await uow.run((tx) => tx.leases.release({ subject: 'c', owner: 'first', resetAttempts: false }));
    expect(await acquire('c', 'second')).toEqual({ acquired: true, attempt: 2 });
    await uow.run((tx) => tx.leases.release({ subject: 'c', owner: 'second', resetAttempts: true }));
    expect(await acquire('c', 'third')).toEqual({ acquired: true, attempt: 1 });
  });

  test('nobody takes a lease over between the look and the commit that relies on it', async () => {
    const { uow, clock } = fixture();
    await acquire('d', 'first');
    const order: string[] = [];
    const looked = Promise.withResolvers<void>();
    const recording = uow.run(async (tx) => {
      await tx.leases.isHeld({ subject: 'd', owner: 'first', now: clock.now() });
      looked.resolve();
      await new Promise((resolve) => setTimeout(resolve, 150));
      order.push('recorded');
    });
    await looked.promise;
    clock.advance(leaseMs);
    const takeOver = acquire('d', 'second').then(() => order.push('taken over'));
    await Promise.all([recording, takeOver]);
    expect(order).toEqual(['recorded', 'taken over']);
  });
});
