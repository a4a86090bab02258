import { parseArgs } from 'node:util';
import { migrateDown } from '@rsm/db';
import { migrate } from '../database.ts';
import { EXIT, UsageError, type CommandContext, type ExitStatus } from './command.ts';
import { readInstallation, withDatabase } from './open-installation.ts';

/** Brings the schema up to date, or takes it back. */
export async function runMigrate(args: readonly string[], context: CommandContext): Promise<ExitStatus> {
  const { values } = parseArgs({ args: [...args], options: { down: { type: 'boolean', default: false } } });
  const installation = readInstallation(context);
  if (values.down && installation.config.mode === 'production') {
    throw new UsageError('--down would remove all data, ledger and certificates included; production refuses it.');
  }
  const names = await withDatabase(installation, async (database) =>
    values.down ? migrateDown({ ownerUrl: database.ownerUrl }) : migrate(database),
  );
  for (const name of names) context.print(`${values.down ? 'took back' : 'ran'} ${name}`);
  if (names.length === 0) context.print(values.down ? 'There was nothing to take back.' : 'Everything is up to date.');
  return EXIT.ok;
}
