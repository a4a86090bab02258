import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { DesktopBridge, TerminalEvent } from '../shared/bridge.ts';
import { CHANNEL_PREFIX, channelNames, messageNames } from '../shared/channel-names.ts';

const electron = vi.hoisted(() => ({
  exposed: new Map<string, unknown>(),
  invoked: [] as { readonly channel: string; readonly input: unknown }[],
  listeners: new Map<string, Set<(event: unknown, body: unknown) => void>>(),
  answer: (): unknown => ({ ok: true, value: undefined }),
}));

// Electron's own module is never loaded here: under Node, importing it would fetch its binary.
vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, value: unknown) => electron.exposed.set(name, value) },
  ipcRenderer: {
    invoke: async (channel: string, input: unknown) => {
      electron.invoked.push({ channel, input });
      return electron.answer();
    },
    on: (channel: string, listener: (event: unknown, body: unknown) => void) => {
      const listeners = electron.listeners.get(channel) ?? new Set();
      electron.listeners.set(channel, listeners.add(listener));
    },
    off: (channel: string, listener: (event: unknown, body: unknown) => void) =>
      electron.listeners.get(channel)?.delete(listener),
  },
}));

const tell = (name: string, body: unknown): void => {
  for (const listener of electron.listeners.get(CHANNEL_PREFIX + name) ?? []) listener({ sender: 'secret' }, body);
};

async function load(): Promise<DesktopBridge> {
  vi.stubGlobal('__CLIENT_VERSION__', '1.2.3');
  vi.resetModules();
  await import('./index.ts');
  return electron.exposed.get('rsm') as DesktopBridge;
}

beforeEach(() => {
  electron.exposed.clear();
  electron.listeners.clear();
  electron.invoked.length = 0;
  electron.answer = () => ({ ok: true, value: undefined });
});

describe('the preload script', () => {
  it('puts one thing into the window: named functions, a version and a platform', async () => {
    const bridge = await load();
    expect([...electron.exposed.keys()]).toEqual(['rsm']);
    expect(bridge.app.version).toBe('1.2.3');
    const leaves = Object.entries(bridge).flatMap(([part, functions]) =>
      Object.entries(functions as object).map(([name, value]) => [`${part}.${name}`, typeof value] as const),
    );
    const plain = leaves.filter(([, type]) => type !== 'function').map(([name]) => name);
    expect(plain).toEqual(['app.version', 'app.platform']);
    expect(JSON.stringify(leaves)).not.toMatch(/ipc|send|invoke|require/i);
  });

  it('asks on every channel that the main process knows, and on no other', async () => {
    const bridge = await load();
    for (const functions of Object.values(bridge) as object[]) {
      for (const [name, value] of Object.entries(functions)) {
        if (typeof value === 'function' && !name.startsWith('on'))
          await (value as (input: unknown) => Promise<unknown>)({});
      }
    }
    bridge.app.onCommand(() => undefined);
    tell('terminal.event', { kind: 'data', terminalId: 'x', data: 'y' });
    const asked = new Set(electron.invoked.map(({ channel }) => channel.slice(CHANNEL_PREFIX.length)));
    expect([...asked].toSorted()).toEqual([...channelNames].toSorted());
  });

  it('hears every message, hands over its body alone, and stops when told', async () => {
    const bridge = await load();
    const heard: unknown[] = [];
    const note = (body: unknown): void => void heard.push(body);
    const stops = [
      bridge.terminal.onEvent(note),
      bridge.files.onPull(note),
      bridge.app.onCommand(note),
      bridge.app.onUpdateState(note),
    ];
    for (const name of messageNames) tell(name, { kind: 'closed', from: name });
    expect(heard).toEqual(messageNames.map((from) => ({ kind: 'closed', from })));
    for (const stop of stops) stop();
    for (const name of messageNames) tell(name, { kind: 'closed' });
    expect(heard).toHaveLength(messageNames.length);
  });

  it('gives refusals as answers where the contract says so, and throws them elsewhere', async () => {
    const bridge = await load();
    const refusal = { ok: false, error: { code: 'offline', message: 'The server did not answer.' } };
    electron.answer = () => refusal;
    expect(await bridge.session.refresh()).toBe(refusal);
    await expect(bridge.server.current()).rejects.toThrow('The server did not answer.');
  });

  it('confirms what a terminal printed as soon as it arrives', async () => {
    const bridge = await load();
    const events: TerminalEvent[] = [];
    bridge.terminal.onEvent((event) => events.push(event));
    tell('terminal.event', { kind: 'data', terminalId: 't1', data: 'größe' });
    tell('terminal.event', { kind: 'closed', terminalId: 't1', reason: 'x' });
    expect(events).toHaveLength(2);
    expect(electron.invoked).toEqual([{ channel: 'rsm:terminal.read', input: { terminalId: 't1', chars: 5 } }]);
  });
});
