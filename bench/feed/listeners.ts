import { connect, type Socket } from 'node:net';

/** Connections that are opened at once. */
const OPENING_MAX = 50;
const OPEN_LIMIT_MS = 60_000;

/** Raw clients of a feed: they read frames by their text and keep nothing, so that the measuring process stays light. */
export class Listeners {
  readonly #sockets: Socket[] = [];
  readonly #onText: (text: string) => void;

  /** @param onText the `text` of each event that arrives */
  constructor(onText: (text: string) => void) {
    this.#onText = onText;
  }

  get size(): number {
    return this.#sockets.length;
  }

  /** Opens one feed for each person named; several for one who is named several times. */
  async open(port: number, people: readonly string[]): Promise<void> {
    for (let first = 0; first < people.length; first += OPENING_MAX) {
      await Promise.all(people.slice(first, first + OPENING_MAX).map(async (person) => this.#openOne(port, person)));
    }
  }

  close(): void {
    for (const socket of this.#sockets.splice(0)) socket.destroy();
  }

  async #openOne(port: number, person: string): Promise<void> {
    const socket = connect(port, '127.0.0.1');
    this.#sockets.push(socket);
    socket.setEncoding('utf8').setNoDelay(true);
    socket.write(
      `GET /api/v1/events.feed HTTP/1.1\r\nhost: bench\r\naccept: text/event-stream\r\nauthorization: Bearer ${person}\r\n\r\n`,
    );
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('A feed was not opened in time.')), OPEN_LIMIT_MS);
      let begun = '';
      socket.on('error', reject);
      socket.on('data', (piece: string) => {
        for (const [, text = ''] of piece.matchAll(/"text":"([^"]*)"/g)) this.#onText(text);
        if (late.hasRef() && !begun.includes('reset')) {
          begun += piece;
          if (!begun.includes('reset')) return;
          clearTimeout(late);
          resolve();
        }
      });
    });
  }
}
