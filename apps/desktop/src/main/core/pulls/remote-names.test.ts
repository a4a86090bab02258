import { expect, it } from 'vitest';
import { judgeRemoteName } from './remote-names.ts';

const systems = ['linux', 'darwin', 'win32'] as const;

it.each(['', '.', '..', '/', '/etc/passwd', '../x', 'a/b', 'a/', './a', '..\0', 'a\0b'])(
  '%j leads elsewhere on every system',
  (name) => {
    for (const system of systems) expect(judgeRemoteName(name, system)).toBe('hostile');
  },
);

it.each(['results.txt', '...', '.bashrc', '-rf', 'a b', 'größe.csv', '~', '$HOME', '%2e%2e', '..x', 'x..'])(
  '%j is a name like any other on Linux and a Mac',
  (name) => {
    expect(judgeRemoteName(name, 'linux')).toBe('take');
    expect(judgeRemoteName(name, 'darwin')).toBe('take');
  },
);

it.each([
  '..\\x',
  'C:\\x',
  'a:b',
  'x.txt:stream',
  'con',
  'CON',
  'nul.txt',
  'COM1',
  'lpt9.log',
  'com¹',
  'a.',
  'a ',
  '... ',
  'a|b',
  'a*',
  'a?',
  '"a"',
  '<a>',
  'a\nb',
  'a\u0007',
])('%j stays on the machine when this is Windows', (name) => {
  expect(judgeRemoteName(name, 'win32')).toBe('skip');
});

it('leaves names that no file system here can keep', () => {
  for (const system of systems) {
    expect(judgeRemoteName('a'.repeat(256), system)).toBe('skip');
    expect(judgeRemoteName('ä'.repeat(128), system)).toBe('skip');
    expect(judgeRemoteName('no-utf8-\uFFFD', system)).toBe('skip');
  }
});
