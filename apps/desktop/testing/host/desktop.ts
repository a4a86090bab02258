import type { Page } from 'playwright-core';

/** A running desktop client, and what the system around it would see. The same whether the test host runs it or Electron. */
export interface Desktop {
  readonly page: Page;
  readonly person: Person;
  /** The person's home: `.ssh` lies in it. */
  readonly homeFolder: string;
  /** Loads a screen as at the start of the program. */
  load(path: string): Promise<void>;
  close(): Promise<void>;
}

/** What the client asked of the person and the system, and what they say. */
export interface Person {
  /** Addresses that were opened in the browser. */
  openedInBrowser(): Promise<readonly string[]>;
  notifications(): Promise<readonly { readonly title: string; readonly body: string }[]>;
  /** What the next dialog for a file, folder or place answers; without one it is the cancel button. */
  chooses(path: string): Promise<void>;
}

export interface DesktopOptions {
  /** The chosen server's origin; null is a first start. */
  readonly serverUrl: string | null;
  readonly colorScheme?: 'light' | 'dark';
}

/** Runs desktop clients; each is a computer of its own, with a home and a key chain. */
export interface DesktopHost {
  /** The origin of the app's pages, which the server's CORS has to admit. */
  readonly origin: string;
  start(options: DesktopOptions): Promise<Desktop>;
  close(): Promise<void>;
}

/** The size of the window that main/electron opens. */
export const WINDOW_SIZE = { width: 1280, height: 800 } as const;
