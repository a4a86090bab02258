import { join } from 'node:path';
import type { AppCommand, BridgeAnswer, DesktopBridge } from '../../shared/bridge.ts';
import type { MessageName } from '../../shared/channel-names.ts';
import { messages, type MessageBody } from '../../shared/channels.ts';
import { createKeptFile } from './files/kept-file.ts';
import { createTexts } from './files/texts.ts';
import { createForwards } from './forwards/forwards.ts';
import { createChannelHandlers } from './ipc/channel-handlers.ts';
import { createIpcRouter, type IpcSender } from './ipc/ipc-router.ts';
import { createLocalKeys } from './keys/local-keys.ts';
import { createSshFolder } from './keys/ssh-folder.ts';
import { createVaultKeys } from './keys/vault-keys.ts';
import type { Ports } from './ports.ts';
import { createPulls } from './pulls/pulls.ts';
import { createSchemeResolver, type SchemeAnswer, type SchemeRequest } from './scheme/scheme-resolver.ts';
import { createServerChoice } from './server/server-choice.ts';
import { createSessionKeeper } from './session/session-keeper.ts';
import { createBookingConnector } from './ssh/booking-connector.ts';
import { createTerminals } from './terminals/terminals.ts';
import { createUpdater } from './updates/updater.ts';
import { createVault } from './vault/vault.ts';
import { commandOfDeepLink } from './window/deep-links.ts';
import { menuFor, type MenuModel } from './window/menu-model.ts';
import { decideNavigation, decideOpening, type NavigationDecision } from './window/navigation-policy.ts';
import { createPendingCommands } from './window/pending-commands.ts';
import { decidePermission } from './window/permission-policy.ts';

export type { IpcSender } from './ipc/ipc-router.ts';
export type { Ports } from './ports.ts';
export type { SchemeAnswer, SchemeRequest } from './scheme/scheme-resolver.ts';
export { APP_START } from './window/app-origin.ts';
export { DEEP_LINK_SCHEME, deepLinkOfArguments } from './window/deep-links.ts';

export interface DesktopCoreOptions {
  readonly ports: Ports;
  readonly version: string;
  readonly platform: DesktopBridge['app']['platform'];
  /** The server that the program was started for (`npm start`); it is not kept. */
  readonly presetServer?: string | null;
}

/** What the main process says to the window of its own accord. */
export interface WindowMessage {
  readonly name: MessageName;
  readonly body: unknown;
}

/** Everything that the main process does, without Electron. */
export interface DesktopCore {
  /** Begins to look for updates. Everything else works without. */
  start(): void;
  /** One call of a window. Never rejects. */
  handle(channel: string, rawInput: unknown, sender: IpcSender): Promise<BridgeAnswer<unknown>>;
  /** Hands over what is to be sent to the window. One listener; it may drop what no window takes. */
  onSend(listener: (message: WindowMessage) => void): void;
  /** A request for `app://rsm/…`. Never rejects. */
  resolve(request: SchemeRequest): Promise<SchemeAnswer>;
  /** Where a frame may go. `browser` means: stop it, and give the address to `openInBrowser`. */
  decideNavigation(target: { readonly url: string; readonly isMainFrame: boolean }): NavigationDecision;
  /** What becomes of `window.open`. */
  decideOpening(url: string): NavigationDecision;
  /** For permission requests and checks. */
  decidePermission(request: {
    readonly permission: string;
    readonly requester: string;
    readonly isMainFrame: boolean;
  }): boolean;
  /** A link of the system such as `rsm://booking/<id>`; anything else only brings the window to the front. */
  openDeepLink(link: string): void;
  readonly menu: readonly MenuModel[];
  /** A menu entry was chosen. */
  command(command: AppCommand): void;
  /** The window's page is being replaced: its terminals end, since nobody can show them any more. */
  pageGone(): void;
  /** Ends everything that is open and resolves when it is. */
  stop(): Promise<void>;
}

/** Puts the parts together. The one place where they meet. */
export function createDesktopCore(options: DesktopCoreOptions): DesktopCore {
  const { ports, version, platform } = options;
  const { log, fetch } = ports;
  let deliver: (message: WindowMessage) => void = () => undefined;
  const sender =
    <Name extends MessageName>(name: Name) =>
    (body: MessageBody<Name>): void => {
      deliver({ name, body: messages[name].parse(body) });
    };

  const server = createServerChoice({
    file: createKeptFile(join(ports.folders.data, 'settings.json')),
    version,
    fetch,
    log,
    preset: options.presetServer ?? null,
  });
  const vault = createVault({
    file: createKeptFile(join(ports.folders.data, 'vault.json')),
    secrets: ports.secrets,
    log,
  });
  const session = createSessionKeeper({ server, vault, version, fetch, log });
  const inVault = createVaultKeys(vault);
  const inFolder = createSshFolder(ports.folders.home);
  const connector = createBookingConnector({ session, sources: [inVault, inFolder], sshAgent: ports.sshAgent, log });
  const terminals = createTerminals({ connector, send: sender('terminal.event') });
  const forwards = createForwards({ connector });
  const pulls = createPulls({ connector, dialogs: ports.dialogs, platform, send: sender('files.pullEvent') });
  const updater = createUpdater({ port: ports.updates, onState: sender('app.updateState'), log });
  const commands = createPendingCommands(sender('app.command'));

  /** What was opened for one person on one server ends with him. */
  async function endRemote(reason: string): Promise<void> {
    terminals.closeAll(reason);
    await Promise.all([forwards.closeAll(), pulls.cancelAll()]);
  }

  const router = createIpcRouter({
    log,
    handlers: createChannelHandlers({
      ports,
      server,
      session,
      terminals,
      forwards,
      pulls,
      texts: createTexts(ports.dialogs),
      keys: createLocalKeys({ inVault, inFolder }),
      updater,
      commands,
      endRemote,
    }),
  });

  return {
    start: () => updater.start(),
    handle: async (channel, rawInput, from) => router.handle(channel, rawInput, from),
    onSend: (listener) => {
      deliver = listener;
    },
    resolve: createSchemeResolver({
      rendererFolder: ports.folders.renderer,
      serverOrigin: async () => server.current(),
    }),
    decideNavigation,
    decideOpening,
    decidePermission,
    openDeepLink: (link) => {
      const command = commandOfDeepLink(link);
      if (command !== null) commands.give(command);
      ports.window.focus();
    },
    menu: menuFor(platform),
    command: (command) => commands.give(command),
    pageGone: () => {
      commands.pageGone();
      terminals.closeAll('The window was loaded anew.');
    },
    stop: async () => {
      updater.stop();
      await endRemote('The program was closed.');
    },
  };
}
