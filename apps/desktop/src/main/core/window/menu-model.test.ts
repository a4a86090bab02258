import { describe, expect, it } from 'vitest';
import { messages } from '../../../shared/channels.ts';
import { menuFor, type MenuItem } from './menu-model.ts';

const platforms = ['linux', 'darwin', 'win32'] as const;
const itemsOf = (platform: (typeof platforms)[number]): readonly MenuItem[] =>
  menuFor(platform).flatMap(({ items }) => items);

describe.each(platforms)('the menu on %s', (platform) => {
  it('holds only commands that the window understands', () => {
    const commands = itemsOf(platform).flatMap((item) => (item.kind === 'command' ? [item.command] : []));
    expect(commands).not.toEqual([]);
    expect(commands.map((command) => messages['app.command'].parse(command))).toEqual(commands);
  });

  it('gives each shortcut once', () => {
    const shortcuts = itemsOf(platform).flatMap((item) =>
      item.kind === 'command' && item.accelerator !== null ? [item.accelerator] : [],
    );
    expect(new Set(shortcuts).size).toBe(shortcuts.length);
  });

  it('has a way to the settings and out of the program', () => {
    const items = itemsOf(platform);
    expect(items).toContainEqual(expect.objectContaining({ command: { kind: 'settings' } }));
    expect(items).toContainEqual(expect.objectContaining({ role: 'quit' }));
    expect(items).toContainEqual(expect.objectContaining({ role: 'paste' }));
  });

  it('opens no developer tools', () => {
    expect(JSON.stringify(menuFor(platform))).not.toMatch(/devtools/i);
  });
});

it('puts the program’s own menu first on a Mac, and nowhere else', () => {
  expect(menuFor('darwin')[0]?.items).toContainEqual(expect.objectContaining({ role: 'hide' }));
  expect(menuFor('linux')[0]?.label).toBe('File');
  expect(menuFor('win32')[0]?.label).toBe('File');
});

it.each(['linux', 'win32'] as const)('takes no key on %s that a shell needs', (platform) => {
  const keys = itemsOf(platform).flatMap((item) =>
    item.kind === 'role'
      ? [`${item.role} ${item.accelerator ?? ''}`]
      : item.kind === 'command' && !item.heardByPage
        ? [item.accelerator]
        : [],
  );
  expect(keys).toContain('reload F5');
  expect(keys.filter((key) => key !== null && /^(close|minimize) |\+[A-Z]$/.test(key))).toEqual([]);
});
