import { expect, test } from 'vitest';
import { parsePort } from './port-input.ts';

test.each([
  ['8888', 8888],
  [' 1 ', 1],
  ['65535', 65_535],
  ['0', null],
  ['65536', null],
  ['', null],
  ['80a', null],
  ['-1', null],
  ['1e3', null],
])('%o is port %s', (text, port) => {
  expect(parsePort(text)).toBe(port);
});
