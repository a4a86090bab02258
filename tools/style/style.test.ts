import { expect, test } from 'vitest';
import { BAD_FILES } from './fixtures/bad-files.ts';
import { sourceFiles } from './source-files.ts';
import { LINES_WARNING, longFiles, STYLE_RULES } from './style-rules.ts';

const files = sourceFiles();

test('there are files to look at', () => {
  expect(files.map((file) => file.path)).toContain('tools/style/style.test.ts');
});

test.each(Object.entries(STYLE_RULES))('%s', (_name, rule) => {
  const complaints = files.flatMap((file) => {
    const complaint = rule(file);
    return complaint === undefined ? [] : [`${file.path}: ${complaint}`];
  });
  expect(complaints).toEqual([]);
});

test.each(Object.entries(STYLE_RULES))('it can fail: %s', (name, rule) => {
  const [path, text] = BAD_FILES[name] ?? [];
  expect(path, 'every rule needs a bad file').toBeDefined();
  expect(rule({ path: path ?? '', text: text ?? '' })).toBeTypeOf('string');
});

test('long files are listed, and do not fail', () => {
  const long = longFiles(files);
  if (long.length > 0) {
    console.warn(`Over ${LINES_WARNING} lines:\n${long.map(({ path, lines }) => `  ${lines}  ${path}`).join('\n')}`);
  }
  expect(longFiles([{ path: 'a.ts', text: 'line\n'.repeat(LINES_WARNING + 1) }])).toHaveLength(1);
});
