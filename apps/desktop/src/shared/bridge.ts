/**
 * What the desktop's main process does for a window, as the window sees it (`window.rsm`). The preload script exposes exactly
 * these functions, the main process checks each call against a schema, and a web page has none of it.
 */

/** An API refusal as it travels between the processes: the fields of the API's own error. */
export interface BridgeError {
  readonly code: string;
  readonly message: string;
  /** The first wrong input field, dotted; null when no field is to blame. */
  readonly field: string | null;
  readonly remedy: string | null;
  readonly fieldErrors: readonly { readonly path: string; readonly message: string }[];
  readonly logId: string | null;
}

/** Refusals are answers and no exceptions, because an exception loses its fields on the way between processes. */
export type BridgeAnswer<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: BridgeError };

/** The only part of a session that a window ever sees. */
export interface AccessToken {
  readonly token: string;
  readonly expiresAtMs: number;
}

export type SignUpOutcome =
  | { readonly kind: 'signed_in'; readonly access: AccessToken }
  | { readonly kind: 'confirmation_required' };

export type UnsubscribeBridge = () => void;

/** There is no third way: a secret is never written as plain text. */
export type SessionStorage = 'key_chain' | 'memory';

export interface SessionBridge {
  signIn(input: { readonly email: string; readonly password: string }): Promise<BridgeAnswer<AccessToken>>;
  signUp(input: {
    readonly email: string;
    readonly password: string;
    readonly displayName: string;
  }): Promise<BridgeAnswer<SignUpOutcome>>;
  /** A fresh access token of the session that the key chain holds; null when there is none, or it ended. */
  refresh(): Promise<BridgeAnswer<AccessToken | null>>;
  signOut(): Promise<BridgeAnswer<null>>;
  /** Where the session is kept: without a key chain it is in memory only, and ends with the program. */
  storage(): Promise<SessionStorage>;
}

export interface ServerBridge {
  /** The chosen server's origin, such as `https://market.example`; null before the first choice. */
  current(): Promise<string | null>;
  /** Checks and keeps an address. The window is loaded anew afterwards, since its policy names the server. */
  choose(input: { readonly url: string }): Promise<BridgeAnswer<null>>;
}

export interface TerminalSize {
  readonly cols: number;
  readonly rows: number;
}

/** `data` is what the machine printed, as UTF-8 text whose characters are never cut in two. */
export type TerminalEvent =
  | { readonly kind: 'data'; readonly terminalId: string; readonly data: string }
  | { readonly kind: 'closed'; readonly terminalId: string; readonly reason: string };

export interface TerminalBridge {
  /** Logs in to a booking's machine with a key of this computer and the pinned host key. */
  open(input: { readonly bookingId: string; readonly size: TerminalSize }): Promise<BridgeAnswer<string>>;
  write(input: { readonly terminalId: string; readonly data: string }): Promise<void>;
  resize(input: { readonly terminalId: string; readonly size: TerminalSize }): Promise<void>;
  close(input: { readonly terminalId: string }): Promise<void>;
  onEvent(listener: (event: TerminalEvent) => void): UnsubscribeBridge;
}

export interface PortForward {
  readonly forwardId: string;
  readonly bookingId: string;
  /** A port of 127.0.0.1 of this computer. */
  readonly localPort: number;
  readonly remotePort: number;
}

export interface ForwardBridge {
  list(input: { readonly bookingId: string }): Promise<readonly PortForward[]>;
  /** A free local port is chosen when `localPort` is null. */
  open(input: {
    readonly bookingId: string;
    readonly remotePort: number;
    readonly localPort: number | null;
  }): Promise<BridgeAnswer<PortForward>>;
  close(input: { readonly forwardId: string }): Promise<void>;
}

export type PullEvent =
  | {
      readonly kind: 'progress';
      readonly pullId: string;
      readonly files: number;
      readonly bytes: number;
      /** The path on the machine that is being copied. */
      readonly path: string;
    }
  | {
      readonly kind: 'done';
      readonly pullId: string;
      readonly files: number;
      readonly bytes: number;
      /** Links, special files and names that this computer can't keep: they were left on the machine. */
      readonly skipped: number;
    }
  | { readonly kind: 'failed'; readonly pullId: string; readonly message: string };

export interface FilesBridge {
  /** Asks the person for a folder and copies a file or folder of the machine into it. Null when the person thought better of it. */
  pull(input: { readonly bookingId: string; readonly remotePath: string }): Promise<BridgeAnswer<string | null>>;
  cancelPull(input: { readonly pullId: string }): Promise<void>;
  onPull(listener: (event: PullEvent) => void): UnsubscribeBridge;
  /** Asks the person for a place and writes a text there. False when the person thought better of it. */
  saveText(input: { readonly suggestedName: string; readonly text: string }): Promise<BridgeAnswer<boolean>>;
  /** The same for bytes, such as a PDF: they travel as base64 with padding (RFC 4648, section 4), at most 8 MiB of them. */
  saveBinary(input: { readonly suggestedName: string; readonly base64: string }): Promise<BridgeAnswer<boolean>>;
}

export type KeyPlace = 'key_chain' | 'ssh_folder';

/** A key pair of this computer, without its private half. */
export interface LocalKey {
  readonly fingerprint: string;
  readonly name: string;
  readonly publicKey: string;
  readonly place: KeyPlace;
}

export interface KeysBridge {
  list(): Promise<readonly LocalKey[]>;
  /** Makes an Ed25519 pair. Its private half stays on this computer. */
  create(input: { readonly name: string; readonly place: KeyPlace }): Promise<BridgeAnswer<LocalKey>>;
  /** Takes a pair out of the key chain; files of `~/.ssh` are the person's own and stay. */
  remove(input: { readonly fingerprint: string }): Promise<BridgeAnswer<null>>;
  /** Lets the person choose a .pub file and gives its text; null when the person thought better of it. */
  readPublicKeyFile(): Promise<BridgeAnswer<string | null>>;
}

export interface NotificationRequest {
  readonly title: string;
  readonly body: string;
  /** A path within the app, such as `/bookings/<id>`, to show when it is clicked. */
  readonly path: string | null;
}

export type UpdateState =
  | { readonly kind: 'off'; readonly reason: string }
  | { readonly kind: 'current' }
  | { readonly kind: 'checking' }
  | { readonly kind: 'downloading'; readonly version: string; readonly percent: number }
  | { readonly kind: 'ready'; readonly version: string }
  | { readonly kind: 'failed'; readonly message: string };

/** What the menu and the operating system ask a window to do. */
export type AppCommand =
  | { readonly kind: 'navigate'; readonly path: string }
  | { readonly kind: 'palette' }
  | { readonly kind: 'settings' };

export interface AppBridge {
  readonly version: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
  notify(input: NotificationRequest): Promise<void>;
  onCommand(listener: (command: AppCommand) => void): UnsubscribeBridge;
  /** Opens a web address in the person's browser; only https, and http of this computer. */
  openExternal(input: { readonly url: string }): Promise<BridgeAnswer<null>>;
  updateState(): Promise<UpdateState>;
  onUpdateState(listener: (state: UpdateState) => void): UnsubscribeBridge;
  installUpdate(): Promise<void>;
}

export interface DesktopBridge {
  readonly app: AppBridge;
  readonly session: SessionBridge;
  readonly server: ServerBridge;
  readonly terminal: TerminalBridge;
  readonly forwards: ForwardBridge;
  readonly files: FilesBridge;
  readonly keys: KeysBridge;
}

/** The name under which the preload script puts the bridge into the window. */
export const BRIDGE_NAME = 'rsm';
