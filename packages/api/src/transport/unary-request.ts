import { TRPCError } from '@trpc/server';
import type { TRPCProcedureType } from '@trpc/server';
import { appRouter } from '../app-router.ts';

/** What the HTTP layer has of a request when its body was read. */
export interface UnaryRequest {
  readonly method: string;
  /** The procedures of the path, with commas between those of a batch; decoded. */
  readonly path: string;
  /** The target as it came, with its query. */
  readonly url: string;
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  /** The text of the body; anything else is left to the official adapter. */
  readonly body: unknown;
}

export interface UnaryCall {
  readonly path: string;
  /** Null where there is no such procedure. */
  readonly type: TRPCProcedureType | null;
}

/** Calls that are answered in one piece. */
export interface UnaryCalls {
  readonly method: 'GET' | 'POST';
  readonly isBatch: boolean;
  readonly calls: readonly UnaryCall[];
  /** Of all of them: queries and mutations are not mixed. */
  readonly kind: TRPCProcedureType | 'unknown';
  /** The input of each call by its index, parsed when the first one asks. @throws TRPCError BAD_REQUEST */
  readonly inputs: () => Inputs;
  /** What was parsed, if it was: an error tells its input only then. */
  readonly parsedInputs: () => Inputs;
}

export type Inputs = Readonly<Record<number, unknown>>;

const NO_INPUTS: Inputs = Object.freeze({});
const TYPES = ['query', 'mutation', 'subscription'] as const satisfies readonly TRPCProcedureType[];
const types = new Map(Object.entries<unknown>(appRouter._def.procedures).map(([path, made]) => [path, typeOf(made)]));
const { input: reader } = appRouter._def._config.transformer;

/**
 * Reads a request as calls that are answered in one piece, as tRPC's own adapters read it. Null for streams, subscriptions, other
 * methods and media types, batches that are refused as a whole and whatever is rare: those stay with the official adapter.
 */
export function readUnaryCalls(request: UnaryRequest, batchSizeMax: number): UnaryCalls | null {
  const { body, headers, method, path, url } = request;
  if (method !== 'GET' && method !== 'POST') return null;
  if (!isJsonRequest(method, headers) || wantsStream(headers) || path.includes('%') || url.includes('#')) return null;
  if (body !== undefined && typeof body !== 'string') return null;
  const search = new URLSearchParams(url.slice(url.includes('?') ? url.indexOf('?') : url.length));
  if (search.has('connectionParams')) return null;
  const isBatch = search.get('batch') === '1';
  const calls = (isBatch ? path.split(',') : [path]).map((named) => ({ path: named, type: types.get(named) ?? null }));
  const kinds = new Set(calls.flatMap(({ type }) => (type === null ? [] : [type])));
  if (kinds.has('subscription') || kinds.size > 1 || (isBatch && calls.length > batchSizeMax)) return null;
  const text = method === 'GET' ? search.get('input') : withoutMark(body);
  let parsed: Inputs | undefined;
  return {
    method,
    isBatch,
    calls,
    kind: [...kinds][0] ?? 'unknown',
    inputs: () => (parsed ??= parseInputs(text, isBatch, calls.length)),
    parsedInputs: () => parsed ?? NO_INPUTS,
  };
}

/** tRPC's router knows its procedures by their paths, which its type hides. */
function typeOf(procedure: unknown): TRPCProcedureType {
  const def: unknown = typeof procedure === 'function' ? Reflect.get(procedure, '_def') : undefined;
  const named: unknown = typeof def === 'object' && def !== null ? Reflect.get(def, 'type') : undefined;
  const type = TYPES.find((known) => known === named);
  if (type === undefined) throw new Error('tRPC does not say the type of a procedure where it used to.');
  return type;
}

/** A GET may come without a type, as from a browser's address bar. */
function isJsonRequest(method: 'GET' | 'POST', headers: UnaryRequest['headers']): boolean {
  const type = headers['content-type'];
  if (type === undefined) return method === 'GET';
  return typeof type === 'string' && type.toLowerCase().split(';', 1)[0]?.trim() === 'application/json';
}

function wantsStream({ accept, 'trpc-accept': trpcAccept }: UnaryRequest['headers']): boolean {
  return trpcAccept !== undefined || (accept !== undefined && String(accept).includes('jsonl'));
}

/** A byte order mark is no part of a text that is decoded from UTF-8 (Encoding standard, section 6). */
function withoutMark(body: string | undefined): string | null {
  return body?.startsWith('\uFEFF') === true ? body.slice(1) : (body ?? null);
}

function parseInputs(text: string | null, isBatch: boolean, count: number): Inputs {
  try {
    if (text === null || text === '') return NO_INPUTS;
    const sent: unknown = JSON.parse(text);
    if (!isBatch) return { 0: read(sent) };
    if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
      throw new TypeError('The inputs of a batch are an object with the index of each call.');
    }
    const inputs: Record<number, unknown> = {};
    for (let index = 0; index < count; index += 1) {
      const input: unknown = Reflect.get(sent, index);
      if (input !== undefined) inputs[index] = read(input);
    }
    return inputs;
  } catch (cause) {
    throw new TRPCError({ code: 'BAD_REQUEST', message: 'The input can not be read.', cause });
  }
}

function read(sent: unknown): unknown {
  const input: unknown = reader.deserialize(sent);
  return input;
}
