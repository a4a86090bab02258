import { expect, test } from 'vitest';
import { styleByCssom } from './style-by-cssom.ts';

/** A terminal of the form that xterm 6.0 has. */
const terminalWith = (rowFactory: unknown) => ({
  _core: { _renderService: { _renderer: { value: { _rowFactory: rowFactory } } } },
});

test('a style goes through the CSSOM and keeps what was set before', () => {
  const factory = { _addStyle: (_element: object, _style: string): void => undefined };
  expect(styleByCssom(terminalWith(factory))).toBe(true);
  const element = { style: { cssText: 'color: red' } };
  factory._addStyle(element, 'background-color:#010203');
  expect(element.style.cssText).toBe('color: red;background-color:#010203');
});

test('another build of xterm is left as it is', () => {
  for (const terminal of [{}, terminalWith(null), terminalWith({}), { _core: null }]) {
    expect(styleByCssom(terminal)).toBe(false);
  }
});
