export { appRouter } from './app-router.ts';
export type { AppRouter } from './app-router.ts';
export { createContextFactory } from './context.ts';
export type { ApiContext, ApiContextOptions, ApiRequest, LoggedError } from './context.ts';
export type { ErrorData } from './errors/error-formatter.ts';
export type { ServerInfoSource, Services } from './services.ts';
export type { SessionCarrier } from './session-carrier.ts';
export { answerUnary } from './transport/answer-unary.ts';
export { readUnaryCalls } from './transport/unary-request.ts';
export {
  FEED_PATH,
  connectedFrame,
  endFrame,
  errorFrame,
  feedHeaders,
  messageFrame,
  pingFrame,
} from './transport/feed-frames.ts';
export { openFeed } from './transport/open-feed.ts';
export { FEED_TIMES } from './trpc.ts';
