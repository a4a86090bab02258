import type { IncomingMessage } from 'node:http';

/** A parameter as it comes over the wire: a text, a list or a group of parameters. */
export type WireValue = string | number | boolean | null | readonly WireValue[] | WireGroup;
export interface WireGroup {
  readonly [name: string]: WireValue;
}

/** Any object of Stripe's, as JSON. */
export type WireObject = Record<string, unknown> & { readonly id: string };

export interface StandInRequest {
  readonly method: string;
  readonly path: string;
  readonly params: WireGroup;
  readonly idempotencyKey: string | undefined;
}

export interface StandInAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** An answer that is an error, in Stripe's form (docs.stripe.com/api/errors). */
export class StripeRefusal extends Error {
  readonly status: number;
  readonly error: Readonly<Record<string, unknown>>;
  constructor(status: number, error: Readonly<Record<string, unknown>> & { readonly message: string }) {
    super(error.message);
    this.status = status;
    this.error = error;
  }
}

export const invalidRequest = (message: string, more: Readonly<Record<string, unknown>> = {}): StripeRefusal =>
  new StripeRefusal(400, { type: 'invalid_request_error', message, ...more });

export const noSuch = (noun: string, id: string, param = 'id'): StripeRefusal =>
  new StripeRefusal(param === 'id' ? 404 : 400, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${noun}: '${id}'`,
    param,
  });

/** Decodes `metadata[payment_id]=…&created[gte]=…&types[0]=…`, the form that the first API takes. */
export function decodeForm(text: string): WireGroup {
  const root: Record<string, WireValue> = {};
  for (const [key, value] of new URLSearchParams(text)) {
    const path = [...key.matchAll(/[^[\]]+/g)].map(([part]) => part);
    let at = root;
    for (const part of path.slice(0, -1)) {
      const next = at[part];
      const group: Record<string, WireValue> = isGroup(next) ? { ...next } : {};
      at[part] = group;
      at = group;
    }
    const last = path.at(-1);
    if (last !== undefined) at[last] = value;
  }
  return root;
}

function isGroup(value: unknown): value is WireGroup {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The group below a name; empty when it is not there. */
export function groupAt(params: WireGroup, name: string): WireGroup {
  const value = params[name];
  return isGroup(value) ? value : {};
}

/** The text below a name, as Stripe reads it; undefined when it is not there. */
export function textAt(params: WireGroup, name: string): string | undefined {
  const value = params[name];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

/** The list below a name: `types[0]`, `types[1]` over a form, an array in JSON. */
export function listAt(params: WireGroup, name: string): readonly string[] {
  const value = params[name];
  const items = Array.isArray(value) ? value : Object.values(groupAt(params, name));
  return items.map(String);
}

/** @throws StripeRefusal parameter_missing */
export function requiredAt(params: WireGroup, name: string): string {
  const value = textAt(params, name);
  if (value !== undefined && value !== '') return value;
  throw invalidRequest(`Missing required param: ${name}.`, { code: 'parameter_missing', param: name });
}

/** A positive whole amount. @throws StripeRefusal parameter_invalid_integer */
export function amountAt(params: WireGroup): number {
  const text = requiredAt(params, 'amount');
  if (/^[1-9]\d{0,7}$/.test(text)) return Number(text);
  throw invalidRequest('Invalid positive integer', { code: 'parameter_invalid_integer', param: 'amount' });
}

/** Stripe refuses what it does not know, so that a misspelt parameter is found. */
export function refuseUnknown(params: WireGroup, known: readonly string[]): void {
  const stranger = Object.keys(params).find((name) => !known.includes(name));
  if (stranger === undefined) return;
  throw invalidRequest(`Received unknown parameter: ${stranger}`, { code: 'parameter_unknown', param: stranger });
}

/** A page of a list, newest first, after `starting_after`, with the filters on `created` (docs.stripe.com/api/pagination). */
export function pageOf(all: readonly WireObject[], params: WireGroup, url: string) {
  const limit = Number(textAt(params, 'limit') ?? '10');
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw invalidRequest('Invalid limit', { param: 'limit' });
  const created = groupAt(params, 'created');
  const gte = Number(textAt(created, 'gte') ?? '0');
  const lte = Number(textAt(created, 'lte') ?? 'Infinity');
  const fitting = all.filter((item) => Number(item['created']) >= gte && Number(item['created']) <= lte).toReversed();
  const after = textAt(params, 'starting_after');
  const start = after === undefined ? 0 : fitting.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && start === 0) throw noSuch('object', after, 'starting_after');
  return {
    object: 'list',
    url,
    has_more: start + limit < fitting.length,
    data: fitting.slice(start, start + limit),
  };
}

/** Reads a request as Stripe does: a query or a form for the first API, JSON for the second. */
export async function readRequest(request: IncomingMessage): Promise<StandInRequest> {
  const url = new URL(request.url ?? '/', 'http://stand-in');
  const chunks: Buffer[] = [];
  const body: AsyncIterable<Buffer> = request;
  for await (const chunk of body) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const isJson = String(request.headers['content-type']).startsWith('application/json');
  const key = request.headers['idempotency-key'];
  return {
    method: request.method ?? '',
    path: url.pathname,
    params: { ...decodeForm(url.search.slice(1)), ...(isJson ? decodeJson(text) : decodeForm(text)) },
    idempotencyKey: typeof key === 'string' && key !== '' ? key : undefined,
  };
}

function decodeJson(text: string): WireGroup {
  const value: unknown = text === '' ? {} : JSON.parse(text);
  return isGroup(value) ? value : {};
}
