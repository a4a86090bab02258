import { readFile, rm, writeFile } from 'node:fs/promises';

import { z } from 'zod';

import { processIdentity } from './process-identity.ts';

const ownerSchema = z.object({ pid: z.number().int().positive(), identity: z.string() });

async function readOwner(file: string): Promise<z.infer<typeof ownerSchema> | undefined> {
  try {
    return ownerSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // A missing or half-written file names nobody; Postgres itself still refuses a second server on the same data.
    return undefined;
  }
}

/** The number of the living process that owns a cluster, or undefined. */
export async function livingOwner(file: string): Promise<number | undefined> {
  const owner = await readOwner(file);
  if (!owner) return undefined;
  return (await processIdentity(owner.pid)) === owner.identity ? owner.pid : undefined;
}

/**
 * Claims a cluster for this process.
 * @throws Error when another living process owns it, this one included.
 */
export async function claimOwnership(file: string, what: string): Promise<void> {
  const owner = await livingOwner(file);
  if (owner !== undefined) {
    throw new Error(
      `The embedded Postgres in ${what} already runs; process ${owner} started it. ` +
        'Stop that process first, or set DATABASE_URL to share one Postgres between processes.',
    );
  }
  await rm(file, { force: true });
  const identity = await processIdentity(process.pid);
  // 'wx' makes the file only if it is absent: of two processes that come at once, one gets an error here.
  await writeFile(file, JSON.stringify({ pid: process.pid, identity }), { flag: 'wx', mode: 0o600 });
}

/** Gives the cluster up. */
export async function releaseOwnership(file: string): Promise<void> {
  await rm(file, { force: true });
}
