import { ensureSchema, openDatabase } from '../database.ts';
import { startHttp } from '../http/start-http.ts';
import type { Composition, OpenDatabase } from '../composition.ts';
import { EXIT, wantNoArguments, type Command } from './command.ts';
import { readInstallation } from './open-installation.ts';
import { runUntilStopped } from './run-until-stopped.ts';

/** Answers requests. Any number may run behind a load balancer. */
export const serveCommand: Command = {
  usage: 'serve',
  summary: 'Answer requests (HTTP). Any number of these may run.',
  run: async (args, { compose, stopped, ...context }) => {
    wantNoArguments(args);
    const { config, log } = readInstallation({ ...context, compose, stopped });
    let database: OpenDatabase;
    let composition: Composition;
    let port = config.http.port;
    await runUntilStopped({
      stopped,
      log,
      starts: [
        async () => {
          database = await openDatabase(config, log);
          return { name: 'The database', stop: async () => database.close() };
        },
        async () => {
          await ensureSchema(config, database, log);
          composition = await compose({ config, database, log });
          return { name: 'The services', stop: async () => composition.close() };
        },
        async () => {
          const http = await startHttp({ ...config.http, composition, log });
          port = http.port;
          return { name: 'The HTTP server', stop: async () => http.stop() };
        },
      ],
      onStarted: () => log.info({ host: config.http.host, port, publicUrl: config.http.publicUrl }, 'Listening'),
    });
    return EXIT.ok;
  },
};
