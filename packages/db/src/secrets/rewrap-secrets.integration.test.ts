import { randomBytes } from 'node:crypto';
import { controlKeyPlace } from '@rsm/domain/machines/machine-targets';
import { describe, expect, it } from 'vitest';

import { seedMarket } from '../testing/market.ts';
import { useUnitOfWork } from '../testing/use-unit-of-work.ts';
import { SEALED_COLUMNS, rewrapSecrets } from './rewrap-secrets.ts';
import { SealedBox } from './sealed-box.ts';

const oldKey = randomBytes(32);
const newKey = randomBytes(32);
const oldBox = new SealedBox({ keys: new Map([[1, oldKey]]), currentVersion: 1 });
const bothBox = new SealedBox({
  keys: new Map([
    [1, oldKey],
    [2, newKey],
  ]),
  currentVersion: 2,
});
const newBox = new SealedBox({ keys: new Map([[2, newKey]]), currentVersion: 2 });

describe('wrapping secrets with a new key', () => {
  const fixture = useUnitOfWork();

  it('leaves nothing that needs the old key, keeps the secrets, and may be repeated', async () => {
    const { clock, database, knex, uow } = fixture();
    const { machine } = await seedMarket(uow, clock);
    await knex('machines').update({
      control_private_key_sealed: oldBox.seal('a private key', controlKeyPlace(machine.id)),
      verifier_private_key_sealed: 'no seal at all',
    });
    expect(await rewrapSecrets({ url: database.url, box: bothBox })).toEqual([
      { column: 'machines.control_private_key_sealed', rewrapped: 1, unreadable: [] },
      { column: 'machines.verifier_private_key_sealed', rewrapped: 0, unreadable: [machine.id] },
      { column: 'wipe_canaries.seed_sealed', rewrapped: 0, unreadable: [] },
    ]);
    const kept = await uow.reads.machines.findById(machine.id);
    expect(newBox.open(kept?.credentials.controlPrivateKeySealed ?? '', controlKeyPlace(machine.id))).toBe(
      'a private key',
    );
    expect(kept?.credentials.verifierPrivateKeySealed).toBe('no seal at all');
    expect((await rewrapSecrets({ url: database.url, box: bothBox })).map(({ rewrapped }) => rewrapped)).toEqual([
      0, 0, 0,
    ]);
  });

  it('knows every column in which something is sealed', async () => {
    const { rows } = await fixture().knex.raw<{ rows: object[] }>(
      `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
       WHERE table_schema = 'public' AND column_name LIKE '%\\_sealed' ORDER BY 1, 2`,
    );
    expect(rows).toEqual(SEALED_COLUMNS.map(({ column, table }) => ({ table, column })));
  });
});
