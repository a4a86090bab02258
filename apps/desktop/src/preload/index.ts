import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import { BRIDGE_NAME, type BridgeAnswer, type DesktopBridge, type UnsubscribeBridge } from '../shared/bridge.ts';
import { CHANNEL_PREFIX, type ChannelName, type MessageName } from '../shared/channel-names.ts';
import type { ChannelOutput, ChannelSent, MessageBody } from '../shared/channels.ts';

/**
 * The only thing that a page can reach: named functions, no channel and nothing of Electron. The main process checks what comes
 * and goes, so nothing is checked twice here; the preload script has to stay small, because it runs before every page.
 */

/** Vite puts the version of package.json here. */
declare const __CLIENT_VERSION__: string;

/** Sandboxed preload scripts have this much of `process`. */
declare const process: { readonly platform: DesktopBridge['app']['platform'] };

type Inputs<Name extends ChannelName> = undefined extends ChannelSent<Name> ? [] : [input: ChannelSent<Name>];

/** Asks, and hands a refusal on as an answer. */
const ask =
  <Name extends ChannelName>(name: Name) =>
  async (...[input]: Inputs<Name>): Promise<BridgeAnswer<ChannelOutput<Name>>> =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the main process has checked it against the channel's schema
    ipcRenderer.invoke(CHANNEL_PREFIX + name, input) as Promise<BridgeAnswer<ChannelOutput<Name>>>;

/** Asks what is only refused when the page made a mistake: a refusal is thrown. */
const call =
  <Name extends ChannelName>(name: Name) =>
  async (...inputs: Inputs<Name>): Promise<ChannelOutput<Name>> => {
    const answer = await ask(name)(...inputs);
    if (answer.ok) return answer.value;
    throw new Error(answer.error.message);
  };

const listen =
  <Name extends MessageName>(name: Name) =>
  (listener: (body: MessageBody<Name>) => void): UnsubscribeBridge => {
    const heard = (_event: IpcRendererEvent, body: MessageBody<Name>): void => {
      listener(body);
    };
    ipcRenderer.on(CHANNEL_PREFIX + name, heard);
    return () => {
      ipcRenderer.off(CHANNEL_PREFIX + name, heard);
    };
  };

/** Output of a terminal is counted as it arrives: a machine that prints without end is slowed down, and memory stays bounded. */
const confirmRead = call('terminal.read');
ipcRenderer.on(`${CHANNEL_PREFIX}terminal.event`, (_event: IpcRendererEvent, body: MessageBody<'terminal.event'>) => {
  if (body.kind !== 'data') return;
  confirmRead({ terminalId: body.terminalId, chars: body.data.length }).catch(() => undefined);
});

const onCommand = listen('app.command');
const listening = call('app.listening');

const bridge: DesktopBridge = {
  app: {
    version: __CLIENT_VERSION__,
    platform: process.platform,
    notify: call('app.notify'),
    onCommand: (listener) => {
      const unsubscribe = onCommand(listener);
      listening().catch(() => undefined);
      return unsubscribe;
    },
    openExternal: ask('app.openExternal'),
    updateState: call('app.updateState'),
    onUpdateState: listen('app.updateState'),
    installUpdate: call('app.installUpdate'),
  },
  session: {
    signIn: ask('session.signIn'),
    signUp: ask('session.signUp'),
    refresh: ask('session.refresh'),
    signOut: ask('session.signOut'),
    storage: call('session.storage'),
  },
  server: { current: call('server.current'), choose: ask('server.choose') },
  terminal: {
    open: ask('terminal.open'),
    write: call('terminal.write'),
    resize: call('terminal.resize'),
    close: call('terminal.close'),
    onEvent: listen('terminal.event'),
  },
  forwards: { list: call('forwards.list'), open: ask('forwards.open'), close: call('forwards.close') },
  files: {
    pull: ask('files.pull'),
    cancelPull: call('files.cancelPull'),
    onPull: listen('files.pullEvent'),
    saveText: ask('files.saveText'),
    saveBinary: ask('files.saveBinary'),
  },
  keys: {
    list: call('keys.list'),
    create: ask('keys.create'),
    remove: ask('keys.remove'),
    readPublicKeyFile: ask('keys.readPublicKeyFile'),
  },
};

contextBridge.exposeInMainWorld(BRIDGE_NAME, bridge);
