import { rewrapSecrets } from '@rsm/db';
import { ensureSchema } from '../database.ts';
import { secretBoxOf } from '../secret-box.ts';
import { EXIT, wantNoArguments, type CommandContext, type ExitStatus } from './command.ts';
import { readInstallation, withDatabase } from './open-installation.ts';

/** Seals everything with the first of SECRETS_KEKS, so that the others may be thrown away. */
export async function runRewrapSecrets(args: readonly string[], context: CommandContext): Promise<ExitStatus> {
  wantNoArguments(args);
  const installation = readInstallation(context);
  const { secrets } = installation.config;
  const [current] = secrets.keyEncryptionKeys;
  const columns = await withDatabase(installation, async (database) => {
    await ensureSchema(installation.config, database, installation.log);
    return rewrapSecrets({ url: database.url, box: secretBoxOf(secrets) });
  });
  for (const { column, rewrapped, unreadable } of columns) {
    context.print(`${column}: ${String(rewrapped)} sealed with key ${String(current.version)}`);
    for (const row of unreadable)
      context.warn(`${column}: no key in SECRETS_KEKS opens the value of ${row}; it stays.`);
  }
  const isWhole = columns.every(({ unreadable }) => unreadable.length === 0);
  context.print(
    isWhole
      ? `Nothing needs another key than ${String(current.version)} any more.`
      : 'Put the key back that those need, and call this again.',
  );
  return isWhole ? EXIT.ok : EXIT.found;
}
