/** Why a signal was aborted, always as an error: `abort('text')` would otherwise reject with a bare string. */
export function abortReasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error('The work was stopped.', { cause: reason });
}
