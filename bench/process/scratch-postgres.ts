import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrateToLatest, startEmbeddedPostgres } from '@rsm/db';

export interface ScratchPostgres {
  readonly url: string;
  readonly ownerUrl: string;
  /** Where Postgres and a product on it may keep files. */
  readonly dataDir: string;
}

/** Runs the work on a migrated Postgres of its own that keeps every commit; both are gone afterwards. */
export async function withScratchPostgres<Result>(
  work: (postgres: ScratchPostgres) => Promise<Result>,
): Promise<Result> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rsm-bench-'));
  // mkdtemp makes it 0700; as root, Postgres runs as another user and must pass through.
  await chmod(dataDir, 0o755);
  try {
    const { ownerUrl, stop, url } = await startEmbeddedPostgres({ dataDir });
    try {
      await migrateToLatest({ ownerUrl, applicationRole: 'rsm_app' });
      return await work({ url, ownerUrl, dataDir });
    } finally {
      await stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
