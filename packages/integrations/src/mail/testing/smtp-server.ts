import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { TLSSocket } from 'node:tls';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly data: string;
}

export interface SmtpServerOptions {
  /** Capabilities told after EHLO. */
  readonly extensions?: readonly string[];
  /** Answers a command line instead of the usual way; `null` says nothing at all. */
  readonly answer?: (line: string) => string | null | undefined;
  readonly silentFromTheStart?: boolean;
  /** Offers STARTTLS (RFC 3207) with this certificate and key, both PEM. */
  readonly startTls?: { readonly cert: string; readonly key: string };
  /** Cuts the connection at a command. */
  readonly hangUpAt?: RegExp;
}

/** A small SMTP server on the loopback (RFC 5321), which keeps what it was told. */
export async function startSmtpServer(options: SmtpServerOptions = {}) {
  const mails: ReceivedMail[] = [];
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    if (options.silentFromTheStart === true) return;
    socket.write('220 test ESMTP\r\n');
    serve(socket, options, lines, mails);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    mails,
    /** Every command line that came, so that a test can show what was never sent. */
    lines,
    connections: () => sockets.size,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function serve(socket: Socket, options: SmtpServerOptions, lines: string[], mails: ReceivedMail[]): void {
  let buffer = '';
  let envelope = { from: '', to: [] as string[] };
  let inData = false;
  const offersTls = options.startTls !== undefined && !(socket instanceof TLSSocket);
  const reply = (text: string): void => void socket.write(`${text}\r\n`);

  const command = (line: string): void => {
    lines.push(socket instanceof TLSSocket ? `TLS ${line}` : line);
    if (options.hangUpAt?.test(line) === true) {
      socket.destroy();
      return;
    }
    const answer = options.answer?.(line);
    if (answer === null) return;
    if (answer !== undefined) return reply(answer);
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO') {
      return reply(
        ['test', ...(offersTls ? ['STARTTLS'] : []), ...(options.extensions ?? [])]
          .map((text, n, all) => `250${n === all.length - 1 ? ' ' : '-'}${text}`)
          .join('\r\n'),
      );
    }
    if (verb === 'MAIL') envelope = { from: line.slice(10), to: [] };
    if (verb === 'RCPT') envelope.to.push(line.slice(8));
    if (verb === 'AUTH') return reply('235 ok');
    if (verb === 'STAR') {
      if (options.startTls === undefined || !offersTls) return reply('502 not implemented');
      // What came before in the clear counts for nothing any more (RFC 3207 4.2), so the session begins anew.
      socket.removeAllListeners('data');
      reply('220 go ahead');
      const secured = new TLSSocket(socket, { isServer: true, ...options.startTls });
      secured.on('error', () => secured.destroy());
      return serve(secured, options, lines, mails);
    }
    if (verb === 'DATA') {
      inData = true;
      return reply('354 go on');
    }
    if (verb === 'QUIT') return void socket.end('221 bye\r\n');
    reply('250 ok');
  };

  socket.setEncoding('utf8').on('data', (chunk: string) => {
    buffer += chunk;
    for (;;) {
      const end = inData ? buffer.indexOf('\r\n.\r\n') : buffer.indexOf('\r\n');
      if (end < 0) return;
      const part = buffer.slice(0, end);
      buffer = buffer.slice(end + (inData ? 5 : 2));
      if (inData) {
        inData = false;
        mails.push({ ...envelope, data: part });
        reply('250 queued');
      } else command(part);
    }
  });
}
