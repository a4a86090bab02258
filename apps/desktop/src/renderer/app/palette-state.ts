import { useSyncExternalStore } from 'react';

/** Whether the command palette is open. Keys, a button and the menu of the desktop program all open it. */
class PaletteState {
  readonly #listeners = new Set<() => void>();
  #open = false;

  get = (): boolean => this.#open;

  set(open: boolean): void {
    this.#open = open;
    for (const listener of this.#listeners) listener();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

export const paletteState = new PaletteState();

export function usePaletteOpen(): boolean {
  return useSyncExternalStore(paletteState.subscribe, paletteState.get);
}
