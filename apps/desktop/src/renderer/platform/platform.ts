import { BRIDGE_NAME, type DesktopBridge } from '../../shared/bridge.ts';

declare global {
  interface Window {
    /** There only in the desktop program: the preload script puts it there. */
    readonly [BRIDGE_NAME]?: DesktopBridge;
  }
}

/** Where the same client runs: in the desktop program, or as a page that the server itself serves. */
export type Platform =
  | { readonly kind: 'desktop'; readonly bridge: DesktopBridge; readonly serverUrl: string | null }
  | { readonly kind: 'web'; readonly bridge: null; readonly serverUrl: string };

/** Asked once, when the program starts: choosing another server loads the window anew. */
export async function detectPlatform(): Promise<Platform> {
  const bridge = window[BRIDGE_NAME];
  if (bridge === undefined) return { kind: 'web', bridge: null, serverUrl: window.location.origin };
  return { kind: 'desktop', bridge, serverUrl: await bridge.server.current() };
}

/** Why a part of the desktop program is missing on the web page. */
export const WEB_LIMITS = {
  terminal:
    'A web page can’t open an SSH connection. Copy the command into your own terminal, or use the desktop program, which has one built in.',
  keyChain:
    'A web page can’t keep a private key safely. Make the pair on your computer (ssh-keygen -t ed25519) and paste the public half, or use the desktop program.',
  forwards: 'A web page can’t open ports on your computer. Use the ssh -L command, or the desktop program.',
  files: 'A web page can’t copy files over SFTP. Use the rsync or sftp command, or the desktop program.',
} as const;
