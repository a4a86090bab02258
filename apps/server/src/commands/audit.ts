import { auditInvariants } from '@rsm/db';
import { EXIT, wantNoArguments, type CommandContext, type ExitStatus } from './command.ts';
import { readInstallation, withDatabase } from './open-installation.ts';

/** Checks what must always be true with SQL of its own. It reads and changes nothing. */
export async function runAudit(args: readonly string[], context: CommandContext): Promise<ExitStatus> {
  wantNoArguments(args);
  const installation = readInstallation(context);
  const results = await withDatabase(installation, async (database) => auditInvariants({ url: database.ownerUrl }));
  for (const { number, name, violations, notChecked } of results) {
    context.print(`${violations.length === 0 ? 'ok    ' : 'BROKEN'}  ${number}. ${name}`);
    for (const violation of violations) context.print(`           ${violation}`);
    if (notChecked !== null) context.print(`           Not looked at: ${notChecked}`);
  }
  const broken = results.filter(({ violations }) => violations.length > 0).length;
  context.print(`${results.length} invariants checked, ${broken} broken.`);
  return broken === 0 ? EXIT.ok : EXIT.found;
}
