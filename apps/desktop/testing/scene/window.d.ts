import type axe from 'axe-core';
import type { DesktopBridge } from '../../src/shared/bridge.ts';

/** A place in the history, with the key that the router gives to each. */
interface Visited {
  readonly state: { readonly __TSR_key?: string };
}

declare global {
  interface Window {
    /** What the preload script exposes. */
    readonly rsm?: DesktopBridge;
    /** What accessibility.ts puts into the page. */
    readonly axe?: typeof axe;
    /** TanStack Router shows itself to its developer tools here. */
    readonly __TSR_ROUTER__?: {
      readonly history: { push(path: string): void; readonly location: Visited };
      readonly state: { readonly status: string; readonly resolvedLocation?: Visited };
    };
  }
}
