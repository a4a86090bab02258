import { setTimeout as sleep } from 'node:timers/promises';

/** A browser waits some seconds (HTML, 9.2.3); a test has no time. */
const RECONNECT_AFTER_MS = 100;

export interface FetchEventSourceInit {
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
}

class Message extends Event {
  readonly data: string;
  readonly lastEventId: string;

  constructor(type: string, data: string, lastEventId: string) {
    super(type);
    this.data = data;
    this.lastEventId = lastEventId;
  }
}

/**
 * An EventSource (HTML, section 9.2) over `fetch`, because the real one can send no Authorization header. Connects again by
 * itself, with `Last-Event-ID`, when the connection is lost; never after an answer that is no stream, and never when closed.
 */
export class FetchEventSource extends EventTarget {
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSED = 2;
  readyState = 0;
  readonly #url: string;
  readonly #init: FetchEventSourceInit;
  readonly #closing = new AbortController();
  #lastEventId = '';

  constructor(url: string, init?: FetchEventSourceInit) {
    super();
    this.#url = url;
    this.#init = init ?? { headers: () => Promise.resolve({}) };
    this.#follow().catch(() => this.#fail());
  }

  close(): void {
    this.readyState = this.CLOSED;
    this.#closing.abort();
  }

  async #follow(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      try {
        await this.#connect();
      } catch (error) {
        if (error instanceof NoStreamError) throw error;
      }
      if (this.#closing.signal.aborted) return;
      this.readyState = this.CONNECTING;
      this.dispatchEvent(new Event('error'));
      await sleep(RECONNECT_AFTER_MS);
    }
  }

  async #connect(): Promise<void> {
    const resume: Record<string, string> = this.#lastEventId === '' ? {} : { 'last-event-id': this.#lastEventId };
    const response = await fetch(this.#url, {
      headers: { accept: 'text/event-stream', ...(await this.#init.headers()), ...resume },
      signal: this.#closing.signal,
    });
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    if (!response.ok || !isStream || response.body === null) throw new NoStreamError(`It answered ${response.status}.`);
    this.readyState = this.OPEN;
    this.dispatchEvent(new Event('open'));
    let pending = '';
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = `${pending}${piece}`.split(/\r?\n\r?\n/);
      pending = blocks.pop() ?? '';
      for (const block of blocks) this.#dispatch(block);
    }
  }

  #dispatch(block: string): void {
    let type = 'message';
    const data: string[] = [];
    for (const line of block.split(/\r?\n/)) {
      const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (field === 'event') type = value;
      if (field === 'data') data.push(value);
      if (field === 'id') this.#lastEventId = value;
    }
    if (data.length > 0) this.dispatchEvent(new Message(type, data.join('\n'), this.#lastEventId));
  }

  #fail(): void {
    if (this.readyState === this.CLOSED) return;
    this.readyState = this.CLOSED;
    this.dispatchEvent(new Event('error'));
  }
}

class NoStreamError extends Error {
  override readonly name = 'NoStreamError';
}
