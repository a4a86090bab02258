import { loadConfig, type Config } from '../config.ts';
import type { OpenDatabase } from '../composition.ts';
import { openDatabase } from '../database.ts';
import { createLogger, type Logger } from '../logging.ts';
import type { CommandContext } from './command.ts';

export interface Installation {
  readonly config: Config;
  readonly log: Logger;
}

/** Reads the configuration for a command and says its warnings. @throws ConfigError */
export function readInstallation({ env, rootDir, uid, warn }: CommandContext): Installation {
  const { config, warnings } = loadConfig({ env, rootDir, uid });
  for (const warning of warnings) warn(`Warning: ${warning}`);
  return { config, log: createLogger({ level: config.logLevel }) };
}

/** Runs the work with the database open, and closes it whatever happens. */
export async function withDatabase<Result>(
  { config, log }: Installation,
  work: (database: OpenDatabase) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase(config, log);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
