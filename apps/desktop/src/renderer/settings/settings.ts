import { useSyncExternalStore } from 'react';
import { z } from 'zod';

export const THEMES = ['system', 'light', 'dark'] as const;
export const TERMINAL_FONT_PX_MIN = 9;
export const TERMINAL_FONT_PX_MAX = 28;

/** What a person chose on this computer. An unreadable or older form falls back field by field. */
const settingsSchema = z.object({
  theme: z.enum(THEMES).catch('system'),
  terminalFontPx: z.int().min(TERMINAL_FONT_PX_MIN).max(TERMINAL_FONT_PX_MAX).catch(13),
  notifications: z
    .object({
      bookingReady: z.boolean().catch(true),
      bookingEndsSoon: z.boolean().catch(true),
      wipeVerified: z.boolean().catch(true),
      machineUnreachable: z.boolean().catch(true),
    })
    .catch({ bookingReady: true, bookingEndsSoon: true, wipeVerified: true, machineUnreachable: true }),
});
export type Settings = z.infer<typeof settingsSchema>;

/** theme.js reads the same entry before the first paint. */
const STORAGE_KEY = 'rsm.settings';
const DEFAULTS = settingsSchema.parse({});

class SettingsStore {
  readonly #listeners = new Set<() => void>();
  #settings: Settings = read();

  get = (): Settings => this.#settings;

  update(change: Partial<Settings>): void {
    this.#settings = { ...this.#settings, ...change };
    localStorage.setItem(STORAGE_KEY, JSON.stringify(this.#settings));
    for (const listener of this.#listeners) listener();
  }

  subscribe = (listener: () => void): (() => void) => {
    if (this.#listeners.size === 0) window.addEventListener('storage', this.#follow);
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) window.removeEventListener('storage', this.#follow);
    };
  };

  /** What was chosen in another window or tab holds here too. */
  readonly #follow = (event: StorageEvent): void => {
    if (event.key !== STORAGE_KEY && event.key !== null) return;
    this.#settings = read();
    for (const listener of this.#listeners) listener();
  };
}

function read(): Settings {
  try {
    return settingsSchema.catch(DEFAULTS).parse(JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}'));
  } catch {
    // Somebody else's text in our entry counts as no settings.
    return DEFAULTS;
  }
}

export const settingsStore = new SettingsStore();

export function useSettings(): Settings {
  return useSyncExternalStore(settingsStore.subscribe, settingsStore.get);
}
