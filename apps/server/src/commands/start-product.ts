import type { Composition, OpenDatabase } from '../composition.ts';
import type { Config } from '../config.ts';
import { ensureSchema, openDatabase } from '../database.ts';
import type { Logger } from '../logging.ts';
import type { CommandContext } from './command.ts';
import type { Part } from './run-until-stopped.ts';

type Start = () => Promise<Part>;

/**
 * What every process begins with, in order: the database, then the services over it. The parts that follow are made from
 * the composition when their turn comes.
 */
export function startProduct(
  options: { readonly config: Config; readonly log: Logger; readonly compose: CommandContext['compose'] },
  then: readonly ((composition: Composition) => Promise<Part>)[],
): readonly Start[] {
  const { compose, config, log } = options;
  let database: OpenDatabase;
  let composition: Composition;
  return [
    async () => {
      database = await openDatabase(config, log);
      return { name: 'The database', stop: async () => database.close() };
    },
    async () => {
      await ensureSchema(config, database, log);
      composition = await compose({ config, database, log });
      return { name: 'The services', stop: async () => composition.close() };
    },
    ...then.map((start) => async () => start(composition)),
  ];
}
