import type { Page } from 'playwright-core';

/** A running desktop client, and what the system around it would see. The same whether the test host runs it or Electron. */
export interface Desktop {
  readonly page: Page;
  readonly person: Person;
  /** The person's home: `.ssh` lies in it. */
  readonly homeFolder: string;
  /** Goes to a screen as the menu and links of the system do: without loading the page anew. */
  openScreen(path: string): Promise<void>;
  /** Loads a screen as at the start of the program. */
  load(path?: string): Promise<void>;
  close(): Promise<void>;
}

/** What the client asked of the person and the system, and what they say. */
export interface Person {
  /** Addresses that were opened in the browser. */
  readonly openedInBrowser: readonly string[];
  readonly notifications: readonly { readonly title: string; readonly body: string }[];
  /** What the next dialog for a file, folder or place answers; null is the cancel button. */
  readonly chooses: (path: string | null) => void;
}

export interface DesktopOptions {
  /** The chosen server's origin; null is a first start. */
  readonly serverUrl: string | null;
  /** Keeps settings and secrets of an earlier run. */
  readonly folders?: { readonly home: string; readonly data: string };
  readonly colorScheme?: 'light' | 'dark';
  readonly viewport?: { readonly width: number; readonly height: number };
}
