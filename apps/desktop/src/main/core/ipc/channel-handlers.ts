import type { Texts } from '../files/texts.ts';
import type { Forwards } from '../forwards/forwards.ts';
import { refusal } from '../errors/bridge-refusal.ts';
import type { LocalKeys } from '../keys/local-keys.ts';
import type { Ports } from '../ports.ts';
import type { Pulls } from '../pulls/pulls.ts';
import type { ServerChoice } from '../server/server-choice.ts';
import type { SessionKeeper } from '../session/session-keeper.ts';
import type { Terminals } from '../terminals/terminals.ts';
import type { Updater } from '../updates/updater.ts';
import { APP_START } from '../window/app-origin.ts';
import { externalUrlOf } from '../window/navigation-policy.ts';
import type { PendingCommands } from '../window/pending-commands.ts';
import type { ChannelHandlers } from './ipc-router.ts';

export interface ChannelServices {
  readonly ports: Ports;
  readonly server: ServerChoice;
  readonly session: SessionKeeper;
  readonly terminals: Terminals;
  readonly forwards: Forwards;
  readonly pulls: Pulls;
  readonly texts: Texts;
  readonly keys: LocalKeys;
  readonly updater: Updater;
  readonly commands: PendingCommands;
  readonly endRemote: (reason: string) => Promise<void>;
}

/** Which part answers which channel; inputs were checked before. */
export function createChannelHandlers(services: ChannelServices): ChannelHandlers {
  const { ports, server, session, terminals, forwards, pulls, texts, keys, updater, commands, endRemote } = services;
  return {
    'session.signIn': async (input) => session.signIn(input),
    'session.signUp': async (input) => session.signUp(input),
    'session.refresh': async () => session.refresh(),
    'session.signOut': async () => {
      await endRemote('You signed out.');
      await session.signOut();
      return null;
    },
    'session.storage': async () => session.storage(),

    'server.current': async () => server.current(),
    'server.choose': async ({ url }) => {
      const before = await server.current();
      const chosen = await server.choose(url);
      if (chosen !== before) await endRemote('Another server was chosen.');
      // After the answer: the page's policy names the server, so the page has to be made anew.
      setImmediate(() => ports.window.load(APP_START));
      return null;
    },

    'terminal.open': async (input) => terminals.open(input),
    'terminal.write': async (input) => terminals.write(input),
    'terminal.resize': async (input) => terminals.resize(input),
    'terminal.close': async (input) => terminals.close(input),
    'terminal.read': async (input) => terminals.read(input),

    'forwards.list': async ({ bookingId }) => [...forwards.list(bookingId)],
    'forwards.open': async (input) => forwards.open(input),
    'forwards.close': async ({ forwardId }) => forwards.close(forwardId),

    'files.pull': async (input) => pulls.begin(input),
    'files.cancelPull': async ({ pullId }) => pulls.cancel(pullId),
    'files.saveText': async ({ suggestedName, text }) => texts.save({ suggestedName, content: text }),
    'files.saveBinary': async ({ suggestedName, base64 }) =>
      texts.save({ suggestedName, content: Buffer.from(base64, 'base64') }),

    'keys.list': async () => [...(await keys.list())],
    'keys.create': async (input) => keys.create(input),
    'keys.remove': async ({ fingerprint }) => {
      await keys.remove(fingerprint);
      return null;
    },
    'keys.readPublicKeyFile': async () => texts.readPublicKey(),

    'app.notify': async ({ title, body, path }) => {
      ports.notifications.show({
        title,
        body,
        onClick: () => {
          ports.window.focus();
          if (path !== null) commands.give({ kind: 'navigate', path });
        },
      });
    },
    'app.listening': async () => commands.listening(),
    'app.openExternal': async ({ url }) => {
      const external = externalUrlOf(url);
      if (external === null) {
        throw refusal('invalid_address', 'Only https addresses, and http of this computer, are opened.', {
          field: 'url',
        });
      }
      await ports.browser.open(external);
      return null;
    },
    'app.updateState': async () => updater.state(),
    'app.installUpdate': async () => {
      if (updater.state().kind !== 'ready') return;
      await endRemote('The program is being updated.');
      updater.install();
    },
  };
}
