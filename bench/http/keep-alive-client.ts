import { connect, type Socket } from 'node:net';

const END_OF_HEAD = '\r\n\r\n';
const END_OF_CHUNKS = '0\r\n\r\n';

export interface KeepAliveTarget {
  readonly port: number;
  readonly path: string;
  readonly token?: string;
}

/**
 * Asks for one target again and again over one connection. It reads no more of an answer than where it ends: with Node's own
 * client the clients would need more of the processor than the fastest server.
 */
export class KeepAliveClient {
  readonly #socket: Socket;
  readonly #request: string;
  #waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;
  #text = '';

  constructor(options: KeepAliveTarget) {
    const authorization = options.token === undefined ? '' : `authorization: Bearer ${options.token}\r\n`;
    this.#request = `GET ${options.path} HTTP/1.1\r\nhost: 127.0.0.1:${String(options.port)}\r\naccept: */*\r\n${authorization}\r\n`;
    this.#socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true });
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (chunk: string) => this.#read(chunk));
    this.#socket.on('error', (error) => this.#waiting?.reject(error));
    this.#socket.on('close', () => this.#waiting?.reject(new Error('The server has closed the connection.')));
  }

  /** Resolves when the whole answer is there. @throws Error when it is not 200 or the connection is lost */
  async ask(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(this.#request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: string): void {
    this.#text += chunk;
    const head = this.#text.indexOf(END_OF_HEAD);
    if (head < 0) return;
    const length = /\r\ncontent-length: (\d+)/i.exec(this.#text.slice(0, head))?.[1];
    const bodyAt = head + END_OF_HEAD.length;
    const isWhole =
      length === undefined ? this.#text.endsWith(END_OF_CHUNKS) : this.#text.length >= bodyAt + Number(length);
    if (!isWhole) return;
    const line = this.#text.slice(0, this.#text.indexOf('\r\n'));
    const waiting = this.#waiting;
    this.#text = '';
    this.#waiting = undefined;
    if (line.startsWith('HTTP/1.1 200')) waiting?.resolve();
    else waiting?.reject(new Error(`It was answered with "${line}".`));
  }
}
