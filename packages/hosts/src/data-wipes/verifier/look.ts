import type { SoughtBooking } from '@rsm/domain/data-wipes/data-wipe-strategy';
import type { WipeFinding } from '@rsm/domain/data-wipes/data-wipe';
import type { CommandTemplate, StdinUse } from '../../ssh/command-template.ts';
import { CommandFailedError, HostKeyChangedError, SshError } from '../../ssh/ssh-error.ts';
import type { CommandResult, SshSession } from '../../ssh/ssh-session.ts';

/** The only commands that the verifier's catalogue is made of. */
export type ReadOnlyCommand<Name extends string = never, Stdin extends StdinUse = 'none'> = CommandTemplate<
  Name,
  'read_only',
  Stdin
>;

/** What is looked for. The booking's age instead of its time, because the machine's clock may be off. */
export interface SoughtTraces extends SoughtBooking {
  /** How long ago the booking's access was begun, in whole seconds, now: a second more or less is before anybody is let in. */
  readonly elapsedSeconds: () => number;
}

/** One look at the machine, which answers one or more checks. */
export interface Look {
  /** False where there is nothing to look for; then the checks are not in the report at all. Absent means always. */
  readonly applies?: (booking: SoughtTraces) => boolean;
  readonly checks: readonly string[];
  readonly run: (session: SshSession, booking: SoughtTraces) => Promise<CommandResult>;
  readonly read: (output: string, booking: SoughtTraces) => Answer;
}

/** What a look saw. Nothing found counts as clean only when `blind` is empty too. */
export interface Answer {
  readonly found: readonly { readonly check: string; readonly what: string }[];
  /** Why the look was not complete, one sentence each. */
  readonly blind: readonly string[];
  /** What a reader should know, such as file systems that no local look reaches. */
  readonly notes: readonly string[];
}

/** A command that prints only what it finds ends with this line, so that silence is never mistaken for an answer. */
const LAST_LINE = 'looked';

/** Something ended between being listed and being looked at, which is everyday life on a running machine (errno ENOENT, ESRCH). */
const VANISHED = /: No such (file or directory|process)$/;

/**
 * Reads the common form of answer: `found WHAT`, `found:CHECK WHAT`, `note TEXT`, `skipped MOUNT TYPE`, and at the end `looked`. Every
 * other line is a tool's complaint, and what it complains about was not seen.
 */
export function readFoundLines(check: string, output: string): Answer {
  const lines = output.split('\n').filter((line) => line !== '');
  const found: { check: string; what: string }[] = [];
  const blind: string[] = [];
  const notes: string[] = [];
  const skipped: string[] = [];
  if (lines.at(-1) !== LAST_LINE) blind.push('the look was not finished');
  for (const line of lines) {
    const match = /^(found(?::([a-z_]+))?|note|skipped) (.*)$/.exec(line);
    if (match === null) {
      if (line !== LAST_LINE && !VANISHED.test(line)) blind.push(line);
    } else if (match[1] === 'note') notes.push(match[3] ?? '');
    else if (match[1] === 'skipped') skipped.push(match[3] ?? '');
    else found.push({ check: match[2] ?? check, what: match[3] ?? '' });
  }
  return {
    found,
    blind: withoutClosedDoors(blind, skipped),
    notes: [...notes, ...skipped.map((entry) => `not looked at, because it is not local: ${entry}`)],
  };
}

/** The door to a file system that is skipped on purpose may be closed even to root (FUSE): a complaint about that is none. */
export function withoutClosedDoors(complaints: readonly string[], skipped: readonly string[]): readonly string[] {
  const paths = skipped.map((entry) => entry.split(' ')[0] ?? '').filter((path) => path !== '');
  return complaints.filter((line) => !paths.some((path) => line.includes(`'${path}'`)));
}

/** A connection that is cut says nothing about the machine: the look is made once more over a new one. */
const TRIES_MAX = 2;

/**
 * Looks. Whatever keeps it from looking is an answer, `could_not_look`, except a changed host key and an abort: after the
 * first nobody knows whom we talked to, and the second is our own wish.
 */
export async function look(session: SshSession, booking: SoughtTraces, one: Look): Promise<readonly WipeFinding[]> {
  return lookOnce(session, booking, { one, triesLeft: TRIES_MAX - 1 });
}

async function lookOnce(
  session: SshSession,
  booking: SoughtTraces,
  { one, triesLeft }: { readonly one: Look; readonly triesLeft: number },
): Promise<readonly WipeFinding[]> {
  try {
    const result = await one.run(session, booking);
    const answer = one.read(result.stdout, booking);
    const cut = result.truncated ? ['there was more output than is read'] : [];
    const failed =
      result.exitStatus === 0 || result.truncated
        ? []
        : [`the command ended with status ${result.exitStatus ?? result.signal ?? 'none'}`];
    return findingsOf(one.checks, { ...answer, blind: [...failed, ...cut, ...answer.blind] });
  } catch (error) {
    session.signal.throwIfAborted();
    if (error instanceof HostKeyChangedError) throw error;
    if (!(error instanceof SshError)) throw error;
    if (error.failure === 'connection_lost' && triesLeft > 0)
      return lookOnce(session, booking, { one, triesLeft: triesLeft - 1 });
    const reason = error instanceof CommandFailedError ? `${error.message} ${error.stderr}` : error.message;
    return findingsOf(one.checks, { found: [], blind: [reason], notes: [] });
  }
}

const DETAIL_LENGTH_MAX = 2_000;
const LISTED_MAX = 20;

function findingsOf(checks: readonly string[], answer: Answer): readonly WipeFinding[] {
  return checks.map((check): WipeFinding => {
    const found = answer.found.filter((entry) => entry.check === check).map(({ what }) => what);
    if (found.length > 0) return { check, verdict: 'found', detail: listed(found) };
    if (answer.blind.length > 0) return { check, verdict: 'could_not_look', detail: listed(answer.blind) };
    return { check, verdict: 'clean', detail: listed(answer.notes) };
  });
}

/** A list that fits, without control characters: names on a renter's files are his choice. */
function listed(texts: readonly string[]): string {
  const more = texts.length > LISTED_MAX ? `; and ${texts.length - LISTED_MAX} more` : '';
  const text = texts
    .slice(0, LISTED_MAX)
    .join('; ')
    .replaceAll(/\p{Cc}/gu, ' ');
  // Cutting may leave half a character, which no signed document can hold.
  return `${text.slice(0, DETAIL_LENGTH_MAX - more.length)}${more}`.toWellFormed();
}
