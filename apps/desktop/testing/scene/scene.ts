import { Installation, type RunningServer } from '@rsm/server/testing';
import { openDesktopHost } from '../host/desktop-host.ts';
import type { Desktop, DesktopHost, DesktopOptions } from '../host/desktop.ts';

/** A running product, and computers with the desktop client on them. */
export interface Scene {
  readonly installation: Installation;
  readonly server: RunningServer;
  readonly host: DesktopHost;
  /** Starts a client that has chosen this scene's server. */
  start(options?: Partial<DesktopOptions>): Promise<Desktop>;
  close(): Promise<void>;
}

/** Starts a server on a database of its own, and a host for clients; `env` is what this installation has of its own. */
export async function openScene(env: Readonly<Record<string, string>> = {}): Promise<Scene> {
  const host = await openDesktopHost();
  const desktops: Desktop[] = [];
  const installation = await Installation.open({ DESKTOP_ORIGIN: host.origin, ...env });
  const server = await installation.serve();
  return {
    installation,
    server,
    host,
    start: async (options) => {
      const desktop = await host.start({ serverUrl: server.url, ...options });
      desktops.push(desktop);
      return desktop;
    },
    close: async () => {
      for (const desktop of desktops) await desktop.close();
      await host.close();
      await installation.close();
    },
  };
}
