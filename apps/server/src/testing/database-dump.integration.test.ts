import { expect, it } from 'vitest';
import { dumpDatabase } from './database-dump.ts';
import { useTestProduct } from './use-test-product.ts';

const product = useTestProduct();

it.each([
  ['changed', `UPDATE users SET display_name = display_name || '.' WHERE email LIKE 'renter%'`],
  ['exchanged', `UPDATE users SET display_name = CASE display_name WHEN 'renter' THEN 'provider' ELSE 'renter' END`],
  ['added', `INSERT INTO leases (subject, attempts) VALUES ('somebody', 0)`],
  ['removed', `DELETE FROM ssh_keys`],
])('a dump of a database tells when a row is %s, and is the same otherwise', async (_how, sabotage) => {
  const { seed, sql } = product();
  const reader = await product().reader();
  await seed.renter();
  await seed.provider();
  const before = await dumpDatabase(reader, []);
  expect(await dumpDatabase(reader, [])).toEqual(before);
  expect((await sql.query(sabotage)).rowCount).toBeGreaterThan(0);
  expect(await dumpDatabase(reader, [])).not.toEqual(before);
});
