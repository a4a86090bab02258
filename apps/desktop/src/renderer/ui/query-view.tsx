import type { ReactNode } from 'react';
import { ErrorNote, Loading } from './states.tsx';

interface QueryLike<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly refetch: () => unknown;
}

/** Loading, failed, or there. What was read before stays readable above the error when a later read fails. */
export function QueryView<Data>({
  query,
  loading,
  children,
}: {
  readonly query: QueryLike<Data>;
  readonly loading?: ReactNode;
  readonly children: (data: Data) => ReactNode;
}) {
  const { data, error } = query;
  if (data !== undefined) {
    return (
      <>
        {error !== null && <ErrorNote error={error} onRetry={() => query.refetch()} className="mb-4" />}
        {children(data)}
      </>
    );
  }
  if (error !== null) return <ErrorNote error={error} onRetry={() => query.refetch()} />;
  return <>{loading ?? <Loading />}</>;
}
