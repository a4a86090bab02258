import { httpOrigin, type Config } from '../config.ts';
import { findFreePort } from './start-http.ts';

/**
 * In demo, takes the next free port when the wanted one is taken, and says so: a second clone may be running. Production
 * changes nothing by itself, because something in front of it expects that port.
 * @throws PortTakenError when none of the next twenty is free.
 */
export async function withDemoPort(config: Config, say: (line: string) => void): Promise<Config> {
  const { host, port, publicUrl } = config.http;
  if (config.mode !== 'demo') return config;
  const free = await findFreePort(host, port);
  if (free === port) return config;
  say(`Port ${port} is taken; using ${free} instead.`);
  const isDerived = publicUrl === httpOrigin(host, port);
  return { ...config, http: { ...config.http, port: free, publicUrl: isDerived ? httpOrigin(host, free) : publicUrl } };
}
