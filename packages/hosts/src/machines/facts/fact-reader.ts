import type { CommandTemplate } from '../../ssh/command-template.ts';

/** What could not be read, and why, as half a sentence that a provider understands. */
export class UnreadableFact extends Error {}

/** One fact: one read-only command and one pure function that reads its output. */
export interface FactReader<Value> {
  readonly fact: string;
  readonly template: CommandTemplate<never, 'read_only', 'none'>;
  /** @throws UnreadableFact when the output does not hold the fact. */
  readonly parse: (stdout: string) => Value;
}

/** The lines of an output, without the empty ones. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
}

/** The part of an output between the line `=== name` and the next such line; null when it is not there. */
export function sectionOf(stdout: string, name: string): string | null {
  const lines = stdout.split('\n');
  const start = lines.indexOf(`=== ${name}`);
  if (start === -1) return null;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith('=== '));
  return rest.slice(0, end === -1 ? undefined : end).join('\n');
}

/** Text from a machine for a screen: one line, printable, bounded. */
export function cleanText(text: string, lengthMax: number): string {
  return text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, lengthMax);
}
