import type { DesktopBridge } from '../../src/shared/bridge.ts';

declare global {
  interface Window {
    /** What the preload script exposes. */
    readonly rsm?: DesktopBridge;
  }
}
