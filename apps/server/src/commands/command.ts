import type { Compose } from '../composition.ts';

/** Exit statuses of the command line; documented by `--help`. */
export const EXIT = {
  ok: 0,
  /** The check was made and found something: the audit a broken rule, the verifier a certificate that is not good. */
  found: 1,
  /** The command line or the configuration can't be used. */
  usage: 2,
  /** Something failed on the way. */
  failed: 3,
  /** Forced to end by a second signal (128 + SIGINT). */
  forced: 130,
} as const;
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** What a command has of the world. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The root of the checkout: relative paths of the configuration begin here. */
  readonly rootDir: string;
  /** Where the user is: relative paths of the command line begin here. */
  readonly workingDir: string;
  readonly uid: number | undefined;
  /** Writes a line of the answer to standard output. */
  readonly print: (line: string) => void;
  /** Writes a line for the person to standard error. */
  readonly warn: (line: string) => void;
  /** Aborts with the first SIGINT or SIGTERM. */
  readonly stopped: AbortSignal;
  /** Loaded when first called: most commands need no services. */
  readonly compose: Compose;
}

export interface Command {
  /** As it is typed after the program's name: `verify <file> [--keys <file|url>]`. */
  readonly usage: string;
  readonly summary: string;
  /** @throws UsageError when the arguments can't be used; ConfigError; any other error is a failure */
  run(args: readonly string[], context: CommandContext): Promise<ExitStatus>;
}

/** The command line can't be used; the text says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError when there are arguments */
export function wantNoArguments(args: readonly string[]): void {
  const [first] = args;
  if (first !== undefined) throw new UsageError(`"${first}" is not understood; the command takes no arguments.`);
}
