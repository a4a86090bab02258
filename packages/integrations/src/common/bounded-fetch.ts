export interface BoundedFetchOptions {
  readonly timeoutMs: number;
  readonly responseBytesMax: number;
}

/**
 * `fetch` with a time-out over the whole answer, a size limit, and no redirects: an address that was configured is the
 * only one that is asked.
 */
export function createBoundedFetch({ timeoutMs, responseBytesMax }: BoundedFetchOptions): typeof fetch {
  return async (input, init = {}) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal =
      init.signal === null || init.signal === undefined ? timeout : AbortSignal.any([init.signal, timeout]);
    const response = await fetch(input, { ...init, redirect: 'error', signal });
    const body = await readAtMost(response, responseBytesMax);
    // A Response made by hand refuses a body, even an empty one, with these statuses (Fetch standard, "null body status").
    const bodiless = [204, 205, 304].includes(response.status);
    return new Response(bodiless ? null : body, { status: response.status, headers: response.headers });
  };
}

async function readAtMost(response: Response, bytesMax: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new Error(`The answer is larger than ${bytesMax} bytes.`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
