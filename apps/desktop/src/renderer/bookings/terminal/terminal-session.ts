import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import type { DesktopBridge, TerminalEvent } from '../../../shared/bridge.ts';
import { toClientError, valueOf, type ClientError } from '../../api/client-error.ts';
import { detached } from '../../app/detached.ts';
import { styleByCssom } from './style-by-cssom.ts';
import { cleanPaste, ignoreUnsafeCommands, inputPieces, noticeLine } from './terminal-safety.ts';
import { terminalThemes } from './terminal-theme.ts';

export type SessionState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'open' }
  | { readonly kind: 'closed'; readonly reason: string }
  | { readonly kind: 'refused'; readonly error: ClientError };

export interface TerminalLook {
  readonly theme: 'light' | 'dark';
  readonly fontPx: number;
  readonly screenReader: boolean;
}

/** Lines above the screen that can be scrolled back to. */
const SCROLLBACK_LINES = 5_000;
/** WCAG 2.2, 1.4.3: whatever colours a program chooses, its text stays readable. */
const CONTRAST_MIN = 4.5;
/** News of a terminal that come before the answer that names it are kept: these many at most. */
const EARLY_EVENTS_MAX = 200;

export interface SessionOptions {
  readonly bridge: DesktopBridge;
  readonly bookingId: string;
  readonly look: TerminalLook;
  readonly onChange: () => void;
  /** Called when the person leaves the terminal by keyboard. */
  readonly onLeave: () => void;
}

/** One terminal: what is drawn here, and the shell behind it. It lives on while another screen is shown. */
export class TerminalSession {
  readonly #options: SessionOptions;
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #host = document.createElement('div');
  #state: SessionState = { kind: 'opening' };
  #terminalId: string | null = null;
  #early: TerminalEvent[] = [];
  #gone = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#host.className = 'size-full';
    this.#terminal = new Terminal({
      scrollback: SCROLLBACK_LINES,
      minimumContrastRatio: CONTRAST_MIN,
      fontFamily: "ui-monospace, 'Cascadia Mono', 'SF Mono', Menlo, Consolas, monospace",
      // A link of a machine is text: nothing opens by a click that the person did not read.
      linkHandler: { activate: () => undefined, allowNonHttpProtocols: false },
      cursorBlink: false,
    });
    this.#terminal.loadAddon(this.#fit);
    ignoreUnsafeCommands(this.#terminal.parser);
    this.#terminal.attachCustomKeyEventHandler((event) => this.#takesKey(event));
    this.#terminal.onData((data) => this.#type(data));
    this.#terminal.onResize(({ cols, rows }) => {
      if (this.#terminalId === null || this.#state.kind !== 'open') return;
      detached(options.bridge.terminal.resize({ terminalId: this.#terminalId, size: { cols, rows } }));
    });
    // Before xterm's own listener, which would paste escape sequences as they are.
    this.#host.addEventListener('paste', (event) => this.#paste(event), { capture: true });
    this.dress(options.look);
  }

  get state(): SessionState {
    return this.#state;
  }

  /**
   * Puts the terminal into the page; the first time it also opens the shell, since only then its size is known.
   * @returns whether it was the first time
   */
  mount(parent: HTMLElement): boolean {
    parent.replaceChildren(this.#host);
    if (this.#terminal.element === undefined) {
      this.#terminal.open(this.#host);
      styleByCssom(this.#terminal);
      this.fit();
      detached(this.#connect());
      return true;
    }
    this.fit();
    return false;
  }

  fit(): void {
    if (this.#host.clientHeight > 0) this.#fit.fit();
  }

  focus(): void {
    this.#terminal.focus();
  }

  dress({ theme, fontPx, screenReader }: TerminalLook): void {
    const { options } = this.#terminal;
    options.theme = terminalThemes[theme];
    options.fontSize = fontPx;
    options.screenReaderMode = screenReader;
    if (this.#terminal.element !== undefined) this.fit();
  }

  /** Puts colours, modes and the character set back to what they were at first, after output that left them odd. */
  reset(): void {
    this.#terminal.reset();
  }

  reconnect(): void {
    if (this.#state.kind === 'closed' || this.#state.kind === 'refused') detached(this.#connect());
  }

  /** Ends the shell and the drawing. */
  dispose(): void {
    this.#gone = true;
    this.#endShell();
    this.#terminal.dispose();
    this.#host.remove();
  }

  hear(event: TerminalEvent): void {
    if (event.terminalId !== this.#terminalId) {
      if (this.#state.kind === 'opening' && this.#early.length < EARLY_EVENTS_MAX) this.#early.push(event);
      return;
    }
    if (event.kind === 'data') {
      this.#terminal.write(event.data);
      return;
    }
    const reason = noticeLine(event.reason);
    this.#terminalId = null;
    // Modes that a program left on (mouse, paste brackets) would else outlive the shell.
    this.#terminal.write(`\x1b[0m\x1b[?1000;1002;1003;1006;2004l\x1b[?25h\r\n\x1b[2m${reason}\x1b[0m\r\n`);
    this.#become({ kind: 'closed', reason });
  }

  async #connect(): Promise<void> {
    this.#become({ kind: 'opening' });
    const { bridge, bookingId } = this.#options;
    const { cols, rows } = this.#terminal;
    try {
      this.#terminalId = valueOf(await bridge.terminal.open({ bookingId, size: { cols, rows } }));
    } catch (error) {
      this.#early = [];
      this.#become({ kind: 'refused', error: toClientError(error) });
      return;
    }
    if (this.#gone) {
      this.#endShell();
      return;
    }
    this.#become({ kind: 'open' });
    const early = this.#early;
    this.#early = [];
    for (const event of early) this.hear(event);
    if (this.#terminal.cols !== cols || this.#terminal.rows !== rows) {
      const size = { cols: this.#terminal.cols, rows: this.#terminal.rows };
      detached(bridge.terminal.resize({ terminalId: this.#terminalId, size }));
    }
  }

  #endShell(): void {
    if (this.#terminalId !== null) detached(this.#options.bridge.terminal.close({ terminalId: this.#terminalId }));
    this.#terminalId = null;
  }

  #type(data: string): void {
    const terminalId = this.#terminalId;
    if (terminalId === null) {
      if (data === '\r') this.reconnect();
      return;
    }
    for (const piece of inputPieces(data)) detached(this.#options.bridge.terminal.write({ terminalId, data: piece }));
  }

  #paste(event: ClipboardEvent): void {
    event.preventDefault();
    event.stopPropagation();
    this.#terminal.paste(cleanPaste(event.clipboardData?.getData('text/plain') ?? ''));
  }

  /** Says whether the terminal gets a key; the rest is for the page. */
  #takesKey(event: KeyboardEvent): boolean {
    if (!event.ctrlKey || !event.shiftKey) return true;
    switch (event.code) {
      case 'KeyC':
        if (event.type === 'keydown') {
          event.preventDefault();
          const selected = this.#terminal.getSelection();
          if (selected !== '') detached(navigator.clipboard.writeText(selected));
        }
        return false;
      case 'KeyV':
        // The page's own paste follows, which needs no permission to read the clipboard.
        return false;
      case 'F6':
        if (event.type === 'keydown') {
          event.preventDefault();
          this.#options.onLeave();
        }
        return false;
      default:
        return true;
    }
  }

  #become(state: SessionState): void {
    this.#state = state;
    this.#options.onChange();
  }
}
