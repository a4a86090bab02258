/**
 * What the core needs from where it runs. Electron's adapters (`main/electron`) implement these, and so does a host for tests
 * that runs the built core under plain Node:
 *
 * - `folders`   three absolute paths. The core reads and writes files itself, with Node.
 * - `secrets`   seals texts with the operating system's key chain. `isAvailable` false: nothing secret is written at all.
 * - `window`    the one window: `load` shows the app from its start, `focus` brings it to the front.
 * - `dialogs`   asks the person for a place; null when the person thought better of it.
 * - `browser`   opens a web address outside; the core has checked it.
 * - `notifications`, `updates`, `fetch`, `log`: as they say.
 *
 * Nothing here is called before `DesktopCore` is used, and nothing throws but what is documented.
 */
export interface Ports {
  readonly folders: FoldersPort;
  /** The socket of an SSH agent (SSH_AUTH_SOCK), a Windows pipe, or `pageant`; null when there is none. */
  readonly sshAgent: string | null;
  readonly secrets: SecretsPort;
  readonly window: WindowPort;
  readonly dialogs: DialogsPort;
  readonly browser: BrowserPort;
  readonly notifications: NotificationsPort;
  readonly updates: UpdatesPort;
  /** The network as the person has set it up, proxies included. */
  readonly fetch: FetchPort;
  readonly log: (event: CoreEvent) => void;
}

export interface FoldersPort {
  /** The built renderer: index.html and its assets. May lie within an asar. */
  readonly renderer: string;
  /** Ours alone: settings and sealed secrets. Made when it is missing. */
  readonly data: string;
  /** The person's home, for `.ssh`. */
  readonly home: string;
}

export interface SecretsPort {
  /** False when the key chain can't be had, and also when it would keep its key as plain text. */
  isAvailable(): Promise<boolean>;
  /** @throws any error when the key chain refuses */
  seal(text: string): Promise<Uint8Array>;
  /** @throws any error when these bytes were not sealed here */
  open(sealed: Uint8Array): Promise<string>;
}

export interface WindowPort {
  load(url: string): void;
  focus(): void;
}

export interface DialogsPort {
  chooseFolder(options: { readonly title: string }): Promise<string | null>;
  chooseFile(options: { readonly title: string; readonly extension: string }): Promise<string | null>;
  choosePlace(options: { readonly title: string; readonly suggestedName: string }): Promise<string | null>;
}

export interface BrowserPort {
  open(url: string): Promise<void>;
}

export interface NotificationsPort {
  show(notification: { readonly title: string; readonly body: string; readonly onClick: () => void }): void;
}

/** Where new versions come from. `off` says why there are none. */
export type UpdatesPort =
  | { readonly kind: 'off'; readonly reason: string }
  | {
      readonly kind: 'feed';
      /** Looks once, and downloads what it finds. What happens is told to the listener. */
      check(): Promise<void>;
      install(): void;
      listen(listener: (event: UpdateEvent) => void): void;
    };

export type UpdateEvent =
  | { readonly kind: 'none' }
  | { readonly kind: 'progress'; readonly version: string; readonly percent: number }
  | { readonly kind: 'downloaded'; readonly version: string }
  | { readonly kind: 'failed'; readonly message: string };

export type FetchPort = (url: string, init?: RequestInit) => Promise<Response>;

/** One thing worth a line in a log. Never holds a secret, a token or what a person typed. */
export interface CoreEvent {
  readonly event: 'call_refused' | 'call_failed' | 'vault_unreadable' | 'file_unreadable' | 'update_failed' | 'ssh';
  readonly detail: string;
  readonly error?: unknown;
}
