import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';

import { z } from 'zod';

const secretsSchema = z.object({
  superuser: z.string().min(1),
  owner: z.string().min(1),
  application: z.string().min(1),
});

/** The passwords of the three database roles of an embedded cluster. */
export type ClusterSecrets = z.infer<typeof secretsSchema>;

/** 192 bits, in letters that a URL takes as they are. */
function randomPassword(): string {
  return randomBytes(24).toString('base64url');
}

/** Reads the passwords of a cluster, or makes and keeps them, in a file that only we can read. */
export async function loadClusterSecrets(file: string): Promise<ClusterSecrets> {
  if (existsSync(file)) return secretsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const secrets = { superuser: randomPassword(), owner: randomPassword(), application: randomPassword() };
  await writeFile(file, JSON.stringify(secrets), { mode: 0o600, flag: 'wx' });
  return secrets;
}
