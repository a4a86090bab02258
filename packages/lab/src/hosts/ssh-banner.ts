import { connect } from 'node:net';

const bannerBytesMax = 255;

/** The first line an SSH server says (RFC 4253, 4.2), or `undefined` when none comes within `timeoutMs`. */
export function readSshBanner(address: string, port: number, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    let text = '';
    const settle = (banner: string | undefined) => {
      clearTimeout(limit);
      socket.destroy();
      resolve(banner);
    };
    const limit = setTimeout(() => settle(undefined), timeoutMs);
    socket.on('error', () => settle(undefined));
    socket.on('close', () => settle(undefined));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const end = text.indexOf('\n');
      if (end >= 0) settle(text.startsWith('SSH-2.0-') ? text.slice(0, end).trim() : undefined);
      else if (text.length > bannerBytesMax) settle(undefined);
    });
  });
}
