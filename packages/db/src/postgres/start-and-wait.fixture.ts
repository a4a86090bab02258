// Started by a test as a process of its own, so that it can be killed: prints the owner's URL and waits.
import { startEmbeddedPostgres } from './embedded-postgres.ts';

const [dataDir] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('usage: start-and-wait.fixture.ts DATA_DIR');
const postgres = await startEmbeddedPostgres({ dataDir, durability: 'disposable' });
process.stdout.write(`${postgres.ownerUrl}\n`);
setInterval(() => undefined, 1_000);
