import { parseArgs } from 'node:util';
import { hasUsers, loadMarket } from '@rsm/db';
import { migrate } from '../database.ts';
import { EXIT, UsageError, wantNoArguments, type CommandContext, type ExitStatus } from './command.ts';
import { readInstallation, withDatabase } from './open-installation.ts';

const LISTINGS_DEFAULT = '10000';
const LISTINGS_MAX = 5_000_000;
const SEED_DEFAULT = '1';
const SEED_MAX = 2 ** 31 - 1;
/** So many lines of progress are read by nobody, fewer leave one waiting. */
const PROGRESS_LINES = 20;

/** Fills an empty demo database with a large market, for measurements. Nobody in it is real, and no machine answers. */
export async function runSeedLoad(args: readonly string[], context: CommandContext): Promise<ExitStatus> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      listings: { type: 'string', default: LISTINGS_DEFAULT },
      seed: { type: 'string', default: SEED_DEFAULT },
    },
  });
  wantNoArguments(positionals);
  const listings = wholeNumber('--listings', values.listings, 1, LISTINGS_MAX);
  const seed = wholeNumber('--seed', values.seed, 0, SEED_MAX);
  const installation = readInstallation(context);
  const { config } = installation;
  if (config.mode !== 'demo')
    throw new UsageError('This installation runs in production, where made-up people have no place.');
  return withDatabase(installation, async (database) => {
    await migrate(database);
    const { ownerUrl } = database;
    if (await hasUsers(ownerUrl)) {
      throw new UsageError(
        'There are people in this database, and they may be real. Name an empty one with RSM_DATA_DIR.',
      );
    }
    const beginMs = performance.now();
    context.print(`Seed ${String(seed)}: the same seed on the same day gives the same market.`);
    let said = 0;
    const loaded = await loadMarket({
      ownerUrl,
      listings,
      seed,
      nowMs: Date.now(),
      currency: config.payments.currency,
      signal: context.stopped,
      onProgress: (done) => {
        const line = Math.floor((done * PROGRESS_LINES) / listings);
        if (line > said) context.print(`${String(done)} listings`);
        said = line;
      },
    });
    const seconds = ((performance.now() - beginMs) / 1_000).toFixed(0);
    const size = (Number(loaded.bytes) / 1_073_741_824).toFixed(2);
    context.print(
      `${String(loaded.listings)} listings, ${String(loaded.bookings)} bookings, ${String(loaded.blocks)} blocks, ` +
        `${String(loaded.gaps)} free stretches; ${size} GiB in ${seconds} s.`,
    );
    return EXIT.ok;
  });
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`${name} is a whole number from ${String(min)} to ${String(max)}, not "${text}".`);
}
