import type { DesktopBridge } from '../../shared/bridge.ts';

/** The three systems that we build for; others of the Unix kind behave as Linux does. */
export function platformOf(name: NodeJS.Platform): DesktopBridge['app']['platform'] {
  return name === 'darwin' || name === 'win32' ? name : 'linux';
}
