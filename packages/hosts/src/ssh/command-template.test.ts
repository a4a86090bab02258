import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  COMMAND_VALUE_LENGTH_MAX,
  command,
  readOnly,
  renderCommand,
  type CommandTemplate,
  type PlaceholdersOf,
} from './command-template.ts';

describe('a command template', () => {
  it('quotes each value and nothing else', () => {
    const add = command('useradd --uid {uid} -- {name} && echo {name}');
    expect(renderCommand(add, { uid: 200_000, name: "o'brien; id" })).toBe(
      `useradd --uid '200000' -- 'o'\\''brien; id' && echo 'o'\\''brien; id'`,
    );
  });

  it('does not fill a value that looks like a placeholder', () => {
    expect(renderCommand(command('echo {a} {b}'), { a: '{b}', b: '$1' })).toBe("echo '{b}' '$1'");
  });

  it('leaves the shell and awk their own braces', () => {
    const text = 'awk \'{ print $1 }\' /etc/passwd | { read -r first; echo "${first}"; }';
    expect(renderCommand(readOnly(text), {})).toBe(text);
  });

  it('is frozen, with its limits', () => {
    const template = command('id');
    expect(Object.isFrozen(template)).toBe(true);
    expect(template).toMatchObject({
      kind: 'changing',
      timeoutMs: 15_000,
      maxOutputBytes: 262_144,
      expectedExitCodes: [0],
      stdin: 'none',
    });
  });

  it('knows its placeholders as types', () => {
    expectTypeOf<PlaceholdersOf<'useradd --uid {uid} {name}'>>().toEqualTypeOf<'uid' | 'name'>();
    expectTypeOf<PlaceholdersOf<'echo ${HOME} {File} { id; }'>>().toEqualTypeOf<never>();
    expectTypeOf(command('kill {pid}')).toEqualTypeOf<CommandTemplate<'pid', 'changing', 'none'>>();
    expectTypeOf(readOnly('cat', { stdin: 'content' })).toEqualTypeOf<CommandTemplate<never, 'read_only', 'content'>>();
    // @ts-expect-error a value is missing
    expect(() => renderCommand(command('kill {pid}'), {})).toThrow(/\{pid\}/);
    // @ts-expect-error a value has no placeholder
    expect(() => renderCommand(command('id'), { name: 'x' })).toThrow(/no placeholder \{name\}/);
    // @ts-expect-error neither a string nor a number
    expect(() => renderCommand(command('kill {pid}'), { pid: null })).toThrow(/string or a number/);
  });

  it('refuses text that was interpolated, by type and at run time', () => {
    const name: string = 'x';
    // @ts-expect-error a string is no literal
    command(name);
    // @ts-expect-error a template with a value in it is no literal
    command(`userdel ${name}`);
    // @ts-expect-error concatenation makes a string
    command('userdel ' + name);
    // @ts-expect-error a tag is called with the pieces of an interpolation
    expect(() => command`userdel ${name}`).toThrow(/one literal string/);
    const forged = { ...command('id'), text: `userdel ${name}` };
    expect(() => renderCommand(forged, {})).toThrow(/Only a template/);
  });

  it('does not take a value from an object’s prototype', () => {
    const values = Object.create({ pid: 1 }) as { pid: number };
    expect(() => renderCommand(command('kill {pid}'), values)).toThrow(/\{pid\}/);
  });

  it.each([
    ["echo '{name}'", /inside quotes/],
    ['echo "{name}"', /inside quotes/],
    ['echo "$(id {name})"', /inside quotes/],
    ['echo `id {name}`', /inside quotes/],
    ["echo it\\'s '{name}'", /inside quotes/],
    ["# don't\necho '{name}'", /inside quotes/],
    ['id # {name}', /inside quotes or a comment/],
    ['echo \\{name}', /backslash/],
    ['cat <<END\n{name}\nEND', /here-document/],
    ["echo $'a' {name}", /\$'…' quotes/],
  ])('refuses a placeholder where quoting would not hold: %s', (text, message) => {
    expect(() => command(text as 'x')).toThrow(message);
  });

  it('accepts placeholders around quotes', () => {
    expect(renderCommand(command('grep -c "^a#b" -- {file} # why\nid {name}'), { file: '/x y', name: 'n' })).toBe(
      `grep -c "^a#b" -- '/x y' # why\nid 'n'`,
    );
  });

  it('refuses control characters, limits that are too high and values that are too long', () => {
    expect(() => command('id\r')).toThrow(/control/);
    expect(() => command('id', { timeoutMs: 3_600_000 })).toThrow(/timeoutMs/);
    expect(() => command('id', { maxOutputBytes: 0 })).toThrow(/maxOutputBytes/);
    expect(() => renderCommand(command('echo {a}'), { a: 'x'.repeat(COMMAND_VALUE_LENGTH_MAX + 1) })).toThrow(
      /standard input/,
    );
  });
});
