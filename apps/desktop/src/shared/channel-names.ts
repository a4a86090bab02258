/**
 * The names of what a window can ask of the main process, and of what the main process says to it. A file without zod, because the
 * preload script is built from it and runs before every page.
 */
export const channelNames = [
  'session.signIn',
  'session.signUp',
  'session.refresh',
  'session.signOut',
  'session.storage',
  'server.current',
  'server.choose',
  'terminal.open',
  'terminal.write',
  'terminal.resize',
  'terminal.close',
  'terminal.read',
  'forwards.list',
  'forwards.open',
  'forwards.close',
  'files.pull',
  'files.cancelPull',
  'files.saveText',
  'files.saveBinary',
  'keys.list',
  'keys.create',
  'keys.remove',
  'keys.readPublicKeyFile',
  'app.notify',
  'app.listening',
  'app.openExternal',
  'app.updateState',
  'app.installUpdate',
] as const;
export type ChannelName = (typeof channelNames)[number];

export const messageNames = ['terminal.event', 'files.pullEvent', 'app.command', 'app.updateState'] as const;
export type MessageName = (typeof messageNames)[number];

/** Both kinds travel under this prefix, so that nothing else that Electron sends is mistaken for one. */
export const CHANNEL_PREFIX = 'rsm:';
