import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';
import { z } from 'zod';

const accessSchema = z.object({ superuserUrl: z.url(), applicationUrl: z.url() });

/** What vitest's global setup of the integration project provides; this package may not import its type from db. */
function testPostgres(): z.infer<typeof accessSchema> {
  return accessSchema.parse(inject('rsmTestPostgres' as never));
}

async function asSuperuser(sql: string): Promise<void> {
  const client = new Client({ connectionString: testPostgres().superuserUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** An empty database of a test's own, in which the application's role may make schemas, as in production. */
export async function createIdentityTestDatabase() {
  const name = `test_identity_${randomBytes(6).toString('hex')}`;
  const url = new URL(testPostgres().applicationUrl);
  await asSuperuser(`CREATE DATABASE ${name}`);
  await asSuperuser(`GRANT CREATE, CONNECT ON DATABASE ${name} TO ${decodeURIComponent(url.username)}`);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => asSuperuser(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}
