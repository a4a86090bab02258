import { EXIT, UsageError, type CommandContext, type ExitStatus } from './commands/command.ts';
import { helpText } from './commands/help.ts';
import { commands } from './commands/registry.ts';
import { ConfigError } from './config.ts';
import { withoutSecrets } from './logging.ts';

/** Runs one command line and returns its exit status. Errors become sentences on standard error. */
export async function runCommandLine(argv: readonly string[], context: CommandContext): Promise<ExitStatus> {
  const [name, ...args] = argv;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    context.print(helpText());
    return name === undefined ? EXIT.usage : EXIT.ok;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    context.warn(`There is no command "${name}". The commands: ${Object.keys(commands).join(', ')}.`);
    return EXIT.usage;
  }
  if (args.includes('--help') || args.includes('-h')) {
    context.print(`Usage: npm run rsm -- ${command.usage}\n\n${command.summary}`);
    return EXIT.ok;
  }
  try {
    return await command.run(args, context);
  } catch (error) {
    if (error instanceof ConfigError) {
      context.warn(error.message);
      return EXIT.usage;
    }
    if (error instanceof UsageError || isParseArgsError(error)) {
      context.warn(`${error.message}\nUsage: npm run rsm -- ${command.usage}`);
      return EXIT.usage;
    }
    for (const line of sentencesOf(error)) context.warn(line);
    if (context.env['LOG_LEVEL'] === 'debug' && error instanceof Error) context.warn(withoutSecrets(error.stack ?? ''));
    return EXIT.failed;
  }
}

/** Errors of node:util's parseArgs: an unknown option, a missing value. */
function isParseArgsError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

/** The message and those of its causes. Some errors of Node (a refused connection) have no text but their parts' . */
function sentencesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  const own = error.message === '' ? [] : [withoutSecrets(error.message)];
  const parts = error instanceof AggregateError ? error.errors.flatMap(sentencesOf) : [];
  const cause = error.cause === undefined ? [] : sentencesOf(error.cause).map((line) => `  because: ${line}`);
  const lines = [...own, ...parts, ...cause];
  return lines.length === 0 ? [error.name] : lines;
}
