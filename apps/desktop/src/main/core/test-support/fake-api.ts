import superjson from 'superjson';
import type { FetchPort } from '../ports.ts';

/** A refusal as the API's error formatter writes it. */
export class FakeApiError extends Error {
  readonly data: {
    readonly code: string;
    readonly httpStatus: number;
    readonly path: string | null;
    readonly field: string | null;
    readonly remedy: string | null;
    readonly logId: string | null;
    readonly fieldErrors: readonly { readonly path: string; readonly message: string }[];
  };

  constructor(code: string, message: string, data: Partial<FakeApiError['data']> = {}) {
    super(message);
    this.data = { code, httpStatus: 400, path: null, field: null, remedy: null, logId: null, fieldErrors: [], ...data };
  }
}

export interface FakeCall {
  readonly origin: string;
  readonly path: string;
  readonly input: unknown;
  readonly authorization: string | null;
  readonly clientVersion: string | null;
}

/**
 * The server at the other end of the wire, for what a real one can't be made to say on command: it reads and writes the same
 * envelopes. A procedure that is not named answers as a server that is not there.
 */
export function createFakeApi(procedures: Readonly<Record<string, (call: FakeCall) => unknown>>): {
  readonly fetch: FetchPort;
  readonly calls: FakeCall[];
} {
  const calls: FakeCall[] = [];
  return {
    calls,
    fetch: async (address, init) => {
      const url = new URL(address);
      const path = url.pathname.replace('/api/v1/', '');
      const procedure = procedures[path];
      if (procedure === undefined) throw new TypeError('fetch failed');
      const headers = new Headers(init?.headers);
      const text = typeof init?.body === 'string' ? init.body : url.searchParams.get('input');
      const call = {
        origin: url.origin,
        path,
        input: text === null ? undefined : superjson.parse(text),
        authorization: headers.get('authorization'),
        clientVersion: headers.get('x-rsm-client-version'),
      };
      calls.push(call);
      try {
        return answer(200, { result: { data: superjson.serialize(await procedure(call)) } });
      } catch (error) {
        if (!(error instanceof FakeApiError)) throw error;
        const { message, data } = error;
        return answer(data.httpStatus, { error: superjson.serialize({ message, code: -32_600, data }) });
      }
    },
  };
}

function answer(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}
