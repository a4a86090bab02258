import { expect, test } from 'vitest';
import { cleanPaste, IGNORED_OSC, ignoreUnsafeCommands, inputPieces, noticeLine } from './terminal-safety.ts';

test('a machine can’t write the clipboard, name windows or plant links', () => {
  const taken = new Map<number, (data: string) => boolean>();
  ignoreUnsafeCommands({ registerOscHandler: (ident, callback) => taken.set(ident, callback) });
  expect([...taken.keys()]).toEqual([...IGNORED_OSC]);
  for (const ident of [0, 1, 2, 8, 52]) expect(taken.get(ident)?.('c;ZWNobyBoYXJt')).toBe(true);
});

test('a paste can’t leave its brackets, and keeps its lines', () => {
  expect(cleanPaste('a\tb\r\nc\n')).toBe('a\tb\r\nc\n');
  expect(cleanPaste('x\u001B[201~rm -rf ~\n')).toBe('x[201~rm -rf ~\n');
  expect(cleanPaste('\u0000\u0007\u009B31m\u007F')).toBe('31m');
});

test('a reason from outside stays one harmless line', () => {
  expect(noticeLine('gone\r\n\u001B]52;c;aGk=\u0007 away')).toBe('gone ]52;c;aGk=  away');
});

test('a long paste goes in pieces that join to the same text', () => {
  const text = 'é'.repeat(262_143) + '😀'.repeat(3) + 'end';
  const pieces = inputPieces(text);
  expect(pieces.join('')).toBe(text);
  expect(pieces.length).toBe(2);
  expect(pieces.every((piece) => piece.length <= 262_144 && piece.isWellFormed())).toBe(true);
  expect(inputPieces('')).toEqual([]);
});
