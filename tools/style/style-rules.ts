import { basename } from 'node:path';
import type { SourceFile } from './source-files.ts';

/** What a rule says about one file; nothing when the file is fine. */
export type StyleRule = (file: SourceFile) => string | undefined;

const isCode = ({ path }: SourceFile): boolean => /[.](ts|tsx|mjs)$/.test(path);
const isTest = ({ path }: SourceFile): boolean => /[.]test[.]tsx?$/.test(path);

/** Names the tools or GitHub look for, which are not ours to choose. */
const FOREIGN_NAMES =
  /^(README|CONTRIBUTING|SECURITY|CHANGELOG|LICENSE|NOTICE|CODE_OF_CONDUCT|Dockerfile)([.](md|dockerignore))?$/;

/** Paths of one person's machine. `/tmp` and `/var` are places of a system, and tests and the product may use them. */
const OWN_PATHS = /(^|[\s'"`(=:])\/(work|root|home\/[a-z]|Users\/[A-Za-z])[\w./-]*/m;
/** `/root` and `/home/<name>` are also words of the domain: what runs on a machine has to name them. */
const MAY_NAME_HOMES = /^(packages\/(hosts|lab|db|domain)\/|apps\/server\/|docs\/)/;

export const STYLE_RULES: Readonly<Record<string, StyleRule>> = {
  'file names are kebab-case': ({ path }) => {
    const name = basename(path);
    const fine = /^[.]?[a-z0-9]+(-[a-z0-9]+)*([.][a-z0-9]+(-[a-z0-9]+)*)*$/.test(name) || FOREIGN_NAMES.test(name);
    return fine ? undefined : `rename ${name}`;
  },

  'nothing but tool configuration has a default export': (file) => {
    if (!isCode(file) || /(^|\/)([.][\w.-]+|[\w.-]+[.]config)[.](ts|mjs)$/.test(file.path)) return undefined;
    return /^export (default\b|\{[^}]*\bas default\b)/m.test(file.text) ? 'name the export' : undefined;
  },

  'a package has one index, in src, and one for what its tests share': ({ path }) => {
    if (!/(^|\/)index[.]tsx?$/.test(path)) return undefined;
    const entry =
      /^(apps|packages)\/[^/]+\/src\/(testing\/)?index[.]ts$/.test(path) ||
      /^apps\/desktop\/src\/(preload|main\/electron)\/index[.]ts$/.test(path);
    return entry ? undefined : 'import the file itself instead of a barrel';
  },

  'no test runs alone': (file) =>
    isTest(file) && /\b(test|it|describe|suite)(\.\w+)*\.only\b/.test(file.text) ? 'remove .only' : undefined,

  'a test that replaces a module has a process of its own': (file) =>
    isTest(file) &&
    /\bvi\.(mock|doMock|unmock|doUnmock|resetModules)\(/.test(file.text) &&
    !/[.]alone[.]test[.]tsx?$/.test(file.path)
      ? 'name it *.alone.test.ts: other files share their process and the modules in it'
      : undefined,

  'a skipped test says why': (file) => (isTest(file) ? skipWithoutReason(file.text) : undefined),

  'no path of one machine': ({ path, text }) => {
    const found = OWN_PATHS.exec(text)?.[0].trim();
    if (found === undefined || path.startsWith('tools/style/')) return undefined;
    if (MAY_NAME_HOMES.test(path) && !/\/work\//.test(found)) return undefined;
    return `${found} exists on one machine only`;
  },

  'text ends with one newline and has no carriage returns': ({ text }) =>
    text === '' || (/[^\n]\n$/.test(text) && !text.includes('\r'))
      ? undefined
      : 'end the file with one newline, \\n only',

  'nothing is left to do in a comment': (file) =>
    isCode(file) && /(^|\s)(\/\/|\*|\/\*) .*\b(TODO|FIXME|XXX|HACK)\b/m.test(file.text)
      ? 'do it, or open an issue'
      : undefined,

  'nothing is declared with using': (file) =>
    isCode(file) && /^\s*(for (await )?\(\s*)?(await )?using [\w$]+ (=|of)/m.test(file.text)
      ? 'use try and finally: the parser that checks the boundaries cannot read "using"'
      : undefined,

  'type checking and linting are never switched off without a reason': (file) => {
    if (!isCode(file)) return undefined;
    if (/@ts-(ignore|nocheck)\b/.test(file.text)) return 'use @ts-expect-error with a reason';
    const directive = /(@ts-expect-error|(?:oxlint|eslint)-disable(?:-next-line|-line)?)([^\n]*)/g;
    for (const [, name, rest = ''] of file.text.matchAll(directive)) {
      const reason = name === '@ts-expect-error' ? rest.replace(/^:?\s*/, '') : (/--\s*(.+)$/.exec(rest)?.[1] ?? '');
      if (reason.replace(/\*\/$/, '').trim().length < 8) return `${name} needs a reason`;
    }
    return undefined;
  },
};

/**
 * `test.skip('name', …)` says nothing about why. Allowed are `test.skipIf(condition)` and `context.skip('reason')`, whose reason
 * the run prints at its end, and `test.skip` under a comment that explains it.
 */
function skipWithoutReason(text: string): string | undefined {
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (
      /\b(test|it|describe|suite)(\.\w+)*\.(skip|todo)\b(?!If)/.test(line) &&
      !/\/\/|\*\//.test(`${lines[index - 1] ?? ''}${line}`)
    ) {
      return `line ${index + 1}: say why in a comment, or use context.skip('reason')`;
    }
    if (/\b(context|ctx|t)\.skip\(\s*\)/.test(line)) return `line ${index + 1}: pass the reason to skip()`;
  }
  return undefined;
}

/** Files longer than this are listed as a warning: long is a smell, not a crime. */
export const LINES_WARNING = 300;

export function longFiles(files: readonly SourceFile[]): { readonly path: string; readonly lines: number }[] {
  return files
    .filter(isCode)
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > LINES_WARNING)
    .toSorted((a, b) => b.lines - a.lines);
}
