import { assertPlaceholdersOutsideQuotes, placeholderNamesOf, replacePlaceholders } from './placeholder-scanner.ts';
import { shellQuote } from './shell-quote.ts';

/** Whether a command may change the machine. The verifier's catalogue accepts `read_only` alone. */
export type CommandKind = 'read_only' | 'changing';

/** What a run sends to the command's standard input: nothing, or bytes that each run brings along (a file's content). */
export type StdinUse = 'none' | 'content';

type LowerCase =
  | 'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h' | 'i' | 'j' | 'k' | 'l' | 'm'
  | 'n' | 'o' | 'p' | 'q' | 'r' | 's' | 't' | 'u' | 'v' | 'w' | 'x' | 'y' | 'z'; // prettier-ignore
type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';
type NameCharacter = LowerCase | Uppercase<LowerCase> | Digit;

type IsNameRest<S extends string> = S extends ''
  ? true
  : S extends `${infer First}${infer Rest}`
    ? First extends NameCharacter
      ? IsNameRest<Rest>
      : false
    : false;
type IsName<S extends string> = S extends `${infer First}${infer Rest}`
  ? First extends LowerCase
    ? IsNameRest<Rest>
    : false
  : false;

/** The names between braces in a literal. `${NAME}` is the shell's own and no placeholder. */
export type PlaceholdersOf<
  Text extends string,
  Found extends string = never,
> = Text extends `${infer Before}{${infer After}`
  ? Before extends `${string}$`
    ? PlaceholdersOf<After, Found>
    : After extends `${infer Name}}${infer Rest}`
      ? IsName<Name> extends true
        ? PlaceholdersOf<Rest, Found | Name>
        : PlaceholdersOf<After, Found>
      : Found
  : Found;

/** The text itself when it is a literal; `never` for `string` and for template types such as `kill ${string}`. */
// oxlint-disable-next-line typescript/no-restricted-types -- the empty type is what an index signature extends and a literal key does not
export type LiteralText<Text extends string> = {} extends Record<Text, unknown> ? never : Text;

export interface CommandOptions<Stdin extends StdinUse = StdinUse> {
  /** How long the command may take on the machine, in milliseconds. Default 15 s. */
  readonly timeoutMs?: number;
  /** How much output (stdout and stderr together) is read before the command is killed, in bytes. Default 256 KiB. */
  readonly maxOutputBytes?: number;
  /** Exit codes that are an answer and no error. Default `[0]`; `'any'` leaves the judgement to the caller. */
  readonly expectedExitCodes?: readonly number[] | 'any';
  readonly stdin?: Stdin;
}

/** A frozen command with named placeholders. Made by `command()` and `readOnly()` only. */
export interface CommandTemplate<
  Name extends string = never,
  Kind extends CommandKind = CommandKind,
  Stdin extends StdinUse = StdinUse,
> {
  readonly kind: Kind;
  readonly text: string;
  readonly placeholders: readonly Name[];
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
  readonly expectedExitCodes: readonly number[] | 'any';
  readonly stdin: Stdin;
}

/** Any template, whatever its placeholders. */
export type AnyCommandTemplate = CommandTemplate<string>;

/** The values of a template's placeholders: each one, and no other. */
export type CommandValues<Name extends string> = [Name] extends [never]
  ? Readonly<Record<string, never>>
  : { readonly [Key in Name]: string | number | bigint };

/** Limits that no template may exceed: longer work is a detached run, more output a file that is fetched in parts. */
export const COMMAND_TIMEOUT_MS_MAX = 15 * 60_000;
export const COMMAND_OUTPUT_BYTES_MAX = 16 * 1024 * 1024;
export const COMMAND_TEXT_LENGTH_MAX = 32 * 1024;
export const COMMAND_VALUE_LENGTH_MAX = 32 * 1024;

const DEFAULT_TIMEOUT_MS = 15_000;
const DEFAULT_MAX_OUTPUT_BYTES = 256 * 1024;

/** Templates that were made here. An object that only looks like one is refused, so text cannot be smuggled in at run time. */
const knownTemplates = new WeakSet<object>();

/**
 * A command that may change the machine: `command('useradd --uid {uid} {name}')`.
 *
 * The text has to be a literal, so that every command the product can send is written in the source, can be read by a
 * provider and is logged without any value. Values come in through placeholders and are quoted by `shellQuote`.
 *
 * @throws TypeError when the text was interpolated, holds a placeholder inside quotes, or a limit is exceeded.
 */
export function command<const Text extends string, Stdin extends StdinUse = 'none'>(
  text: Text & LiteralText<Text>,
  options: CommandOptions<Stdin> = {},
): CommandTemplate<PlaceholdersOf<Text>, 'changing', Stdin> {
  return makeTemplate('changing', text, options);
}

/** A command that only looks. The verifier and the facts readers are made of these alone. See `command`. */
export function readOnly<const Text extends string, Stdin extends StdinUse = 'none'>(
  text: Text & LiteralText<Text>,
  options: CommandOptions<Stdin> = {},
): CommandTemplate<PlaceholdersOf<Text>, 'read_only', Stdin> {
  return makeTemplate('read_only', text, options);
}

function makeTemplate<Name extends string, Kind extends CommandKind, Stdin extends StdinUse>(
  kind: Kind,
  text: string,
  options: CommandOptions<Stdin>,
): CommandTemplate<Name, Kind, Stdin> {
  // Used as a template tag, the first argument is an array: the shape in which interpolation would arrive.
  if (typeof text !== 'string') throw new TypeError('A command is one literal string; put values into {placeholders}.');
  if (text.length === 0 || text.length > COMMAND_TEXT_LENGTH_MAX) {
    throw new TypeError(`A command has 1 to ${COMMAND_TEXT_LENGTH_MAX} characters.`);
  }
  // A control character never stands in our source; in a command it is a sign of a value that was glued in.
  if (/[^\P{Cc}\t\n]/u.test(text)) throw new TypeError('A command cannot hold control characters.');
  assertPlaceholdersOutsideQuotes(text);
  const template: CommandTemplate<Name, Kind, Stdin> = Object.freeze({
    kind,
    text,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same grammar as PlaceholdersOf, which a test compares
    placeholders: Object.freeze(placeholderNamesOf(text)) as readonly Name[],
    timeoutMs: limited('timeoutMs', options.timeoutMs ?? DEFAULT_TIMEOUT_MS, COMMAND_TIMEOUT_MS_MAX),
    maxOutputBytes: limited(
      'maxOutputBytes',
      options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES,
      COMMAND_OUTPUT_BYTES_MAX,
    ),
    expectedExitCodes:
      options.expectedExitCodes === 'any' ? 'any' : Object.freeze([...(options.expectedExitCodes ?? [0])]),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Stdin is 'none' by its default when the option is absent
    stdin: (options.stdin ?? 'none') as Stdin,
  });
  knownTemplates.add(template);
  return template;
}

function limited(name: string, value: number, max: number): number {
  if (!Number.isSafeInteger(value) || value < 1 || value > max) {
    throw new TypeError(`${name} has to be a whole number from 1 to ${max}.`);
  }
  return value;
}

/** True for an object that `command()` or `readOnly()` made in this process. */
export function isCommandTemplate(value: unknown): value is AnyCommandTemplate {
  return typeof value === 'object' && value !== null && knownTemplates.has(value);
}

/**
 * Puts quoted values into a template.
 *
 * @throws TypeError when the template was not made by `command()`, or a value is missing, surplus, too long or no string or number.
 */
export function renderCommand<Name extends string>(
  template: CommandTemplate<Name>,
  values: CommandValues<Name>,
): string {
  if (!isCommandTemplate(template)) throw new TypeError('Only a template made by command() or readOnly() can be run.');
  const given: Readonly<Record<string, unknown>> = values;
  for (const name of Object.keys(given)) {
    if (!template.placeholders.some((known) => known === name)) {
      throw new TypeError(`The command has no placeholder {${name}}.`);
    }
  }
  return replacePlaceholders(template.text, (name) => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') {
      throw new TypeError(`The placeholder {${name}} needs a string or a number.`);
    }
    if (typeof value === 'string' && value.length > COMMAND_VALUE_LENGTH_MAX) {
      throw new TypeError(
        `The value of {${name}} is longer than ${COMMAND_VALUE_LENGTH_MAX} characters; send it on standard input.`,
      );
    }
    return shellQuote(value);
  });
}

/**
 * A rendered template that is itself sent on standard input, as the script of a detached run. The log shows its template
 * beside the one that carried it.
 */
export class RenderedScript {
  readonly templateText: string;
  readonly script: string;

  constructor(templateText: string, script: string) {
    this.templateText = templateText;
    this.script = script;
  }
}

/** Renders a template for standard input. @throws TypeError as `renderCommand` does. */
export function renderScript<Name extends string>(
  template: CommandTemplate<Name>,
  values: CommandValues<Name>,
): RenderedScript {
  return new RenderedScript(template.text, renderCommand(template, values));
}
