import { mkdtemp, rm, chmod } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrateToLatest, startEmbeddedPostgres } from '@rsm/db';
import { measureLedger } from './measure-ledger.ts';
import { linesOf } from './report.ts';

/**
 * `npm run bench:ledger`: how fast the ledger's part of the product is, beside its limits. Contenders take turns on one embedded
 * Postgres that keeps every commit; it is made for this run and removed afterwards. About two minutes.
 */
const POOL_MAX = 16;
const HOUSE_CLIENTS = 64;
const MACHINES = 17;
const LIMITS = { rounds: 5, roundMs: 3_000 };

/** Ctrl-C ends the run in order: the database is stopped and removed all the same. */
const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => reject(new Error(`Stopped by ${signal}.`)));
  }
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const dataDir = await mkdtemp(join(tmpdir(), 'rsm-bench-ledger-'));
// mkdtemp makes it 0700; as root, Postgres runs as another user and must pass through.
await chmod(dataDir, 0o755);
try {
  const postgres = await startEmbeddedPostgres({ dataDir });
  try {
    await migrateToLatest({ ownerUrl: postgres.ownerUrl, applicationRole: 'rsm_app' });
    say(
      `${String(availableParallelism())} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}, durable commits`,
    );
    say('per second: median (least to most) of the rounds; ratio: of neighbouring rounds');
    const measured = measureLedger({
      url: postgres.url,
      poolMax: POOL_MAX,
      houseClients: HOUSE_CLIENTS,
      machines: MACHINES,
      limits: LIMITS,
      onFigures: (figures) => linesOf(figures).forEach(say),
    });
    await Promise.race([measured, interrupted]);
  } finally {
    await postgres.stop();
  }
} finally {
  await rm(dataDir, { recursive: true, force: true });
}
