import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ensureSchema } from '../database.ts';
import { EXIT, UsageError, type CommandContext, type ExitStatus } from './command.ts';
import { readInstallation, withDatabase } from './open-installation.ts';

/** The first admin can be made by nobody but whoever runs the server. */
export async function runMakeAdmin(args: readonly string[], context: CommandContext): Promise<ExitStatus> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  const [given, ...rest] = positionals;
  if (given === undefined || rest.length > 0) throw new UsageError('Name one e-mail address.');
  const email = z.email().safeParse(given.trim().toLowerCase());
  if (!email.success) throw new UsageError(`"${given}" is no e-mail address.`);
  const installation = readInstallation(context);
  return withDatabase(installation, async (database) => {
    const { config, log } = installation;
    await ensureSchema(config, database, log);
    const composition = await context.compose({ config, database, log });
    try {
      const user = await composition.uow.run(async (tx) => {
        const found = await tx.users.findByEmail(email.data);
        if (found === null) return null;
        if (!found.isAdmin) {
          await tx.users.setAdmin(found.id, true);
          await tx.audit.insert({
            actorId: null,
            action: 'make_admin',
            subjectType: 'user',
            subjectId: found.id,
            reason: 'By the command line of the server.',
            at: composition.clock.now(),
          });
        }
        return found;
      });
      if (user === null) {
        context.warn(
          `Nobody with the address ${email.data} has signed in yet. Sign up and sign in first, then try again.`,
        );
        return EXIT.failed;
      }
      context.print(user.isAdmin ? `${email.data} is an admin already.` : `${email.data} is an admin now.`);
      return EXIT.ok;
    } finally {
      await composition.close();
    }
  });
}
