import { DomainError } from '@rsm/domain/common/domain-error';

/** The answer when an outside service cannot be reached or does not answer: nothing was lost, a later try may work. */
export function serviceUnavailable(service: string, cause?: unknown): DomainError {
  return new DomainError('busy', `The ${service} can't be reached at the moment.`, {
    remedy: 'Try again in a minute.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/**
 * Waits for the work, at most `timeoutMs`. The work itself is not stopped: its own time-outs end it.
 * @throws DomainError busy after the time.
 */
export async function withDeadline<T>(service: string, timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(serviceUnavailable(service, new Error(`No answer in ${timeoutMs} ms.`))),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
