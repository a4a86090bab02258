import { expect, it } from 'vitest';
import type { AppCommand } from '../../../shared/bridge.ts';
import { createPendingCommands } from './pending-commands.ts';

const show = (path: string): AppCommand => ({ kind: 'navigate', path });

function setUp() {
  const sent: AppCommand[] = [];
  return { sent, commands: createPendingCommands((command) => sent.push(command)) };
}

it('keeps the link that started the program until the page listens', () => {
  const { sent, commands } = setUp();
  commands.give(show('/bookings'));
  expect(sent).toEqual([]);
  commands.listening();
  expect(sent).toEqual([show('/bookings')]);
  commands.give(show('/wallet'));
  expect(sent).toEqual([show('/bookings'), show('/wallet')]);
});

it('says nothing twice when a page listens again', () => {
  const { sent, commands } = setUp();
  commands.give(show('/bookings'));
  commands.listening();
  commands.listening();
  expect(sent).toHaveLength(1);
});

it('waits again while the page is being replaced', () => {
  const { sent, commands } = setUp();
  commands.listening();
  commands.pageGone();
  commands.give(show('/inbox'));
  expect(sent).toEqual([]);
  commands.listening();
  expect(sent).toEqual([show('/inbox')]);
});

it('keeps the last eight', () => {
  const { sent, commands } = setUp();
  for (let number = 0; number < 100; number += 1) commands.give(show(`/${String(number)}`));
  commands.listening();
  expect(sent).toHaveLength(8);
  expect(sent.at(-1)).toEqual(show('/99'));
});
