import {
  callTRPCProcedure,
  getTRPCErrorFromUnknown,
  getTRPCErrorShape,
  transformTRPCResponse,
  TRPCError,
} from '@trpc/server';
import type { TRPCProcedureType } from '@trpc/server';
import { getHTTPStatusCode } from '@trpc/server/http';
import { appRouter } from '../app-router.ts';
import type { ApiContext } from '../context.ts';
import type { UnaryCall, UnaryCalls } from './unary-request.ts';

export interface UnaryAnswer {
  readonly status: number;
  readonly body: string;
  /** The methods that would be taken, where the request's is not (RFC 9110, section 15.5.6); null otherwise. */
  readonly allow: string | null;
}

export interface AnswerUnaryOptions {
  readonly createContext: () => ApiContext;
  /** Aborts when the client goes before it has its answer. */
  readonly signal: AbortSignal;
  /** Whether a query may come as a POST, as when its input is too long for an address. */
  readonly allowMethodOverride: boolean;
}

type Kind = UnaryCalls['kind'];
type Outcome = { readonly data: unknown } | { readonly error: TRPCError };

const config = appRouter._def._config;

/**
 * Answers calls as tRPC's own adapters do, byte for byte, but without the web request, the combined abort signals and the web
 * stream that those make for each (ADR 0018). Never throws.
 */
export async function answerUnary(unary: UnaryCalls, options: AnswerUnaryOptions): Promise<UnaryAnswer> {
  const { kind } = unary;
  const methods = methodsOf(kind, options.allowMethodOverride);
  let ctx: ApiContext | undefined;
  try {
    const context = options.createContext();
    ctx = context;
    const outcomes = await Promise.all(
      unary.calls.map(async (call, batchIndex): Promise<Outcome> => {
        try {
          if (call.type === null) throw refused('NOT_FOUND');
          if (!methods.includes(unary.method)) throw refused('METHOD_NOT_SUPPORTED');
          return {
            data: await dataOf(unary, call.path, call.type, { batchIndex, ctx: context, signal: options.signal }),
          };
        } catch (cause) {
          return { error: getTRPCErrorFromUnknown(cause) };
        }
      }),
    );
    const answers = outcomes.map((outcome, index) => {
      if ('data' in outcome) return { result: { data: outcome.data } };
      const call: UnaryCall = unary.calls[index] ?? { path: '', type: null };
      return { error: shapeOf(outcome.error, { ...call, ctx: context, input: unary.parsedInputs()[index] }) };
    });
    const errors = outcomes.map((outcome) => ('error' in outcome ? outcome.error : undefined));
    const [only] = answers;
    return {
      status: getHTTPStatusCode(answers, errors),
      body: JSON.stringify(transformTRPCResponse(config, unary.isBatch || only === undefined ? answers : only)),
      allow: kind === 'unknown' || methods.includes(unary.method) ? null : methods.join(', '),
    };
  } catch (cause) {
    // An answer can't be written as JSON: then the request has one error, however many its calls.
    const error = getTRPCErrorFromUnknown(cause);
    const answer = { error: shapeOf(error, { path: undefined, type: kind, ctx, input: undefined }) };
    const body = JSON.stringify(transformTRPCResponse(config, answer));
    return { status: getHTTPStatusCode(answer, [error]), body, allow: null };
  }
}

async function dataOf(
  unary: UnaryCalls,
  path: string,
  type: TRPCProcedureType,
  call: { readonly batchIndex: number; readonly ctx: ApiContext; readonly signal: AbortSignal },
): Promise<unknown> {
  const getRawInput = async (): Promise<unknown> => unary.inputs()[call.batchIndex];
  const data: unknown = await callTRPCProcedure({ ...call, router: appRouter, path, type, getRawInput });
  return data;
}

/** A GET never changes anything. */
function methodsOf(kind: Kind, allowMethodOverride: boolean): readonly UnaryCalls['method'][] {
  if (kind === 'mutation') return ['POST'];
  return allowMethodOverride ? ['GET', 'POST'] : ['GET'];
}

/** Its text reaches nobody: the error formatter has a sentence for each code. */
function refused(code: 'NOT_FOUND' | 'METHOD_NOT_SUPPORTED'): TRPCError {
  return new TRPCError({ code });
}

function shapeOf(
  error: TRPCError,
  call: {
    readonly path: string | undefined;
    readonly type: Kind | null;
    readonly ctx: ApiContext | undefined;
    readonly input: unknown;
  },
) {
  return getTRPCErrorShape({ config, error, ...call, type: call.type ?? 'unknown' });
}
