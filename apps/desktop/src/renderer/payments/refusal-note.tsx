import { Link } from '@tanstack/react-router';
import { toClientError } from '../api/client-error.ts';
import { linkClasses } from '../ui/link-classes.ts';
import { ErrorNote } from '../ui/states.tsx';
import { walletWay } from './wallet-way.ts';

/** A refusal, with the way to the wallet where that is where it can be dealt with. */
export function RefusalNote({ error }: { readonly error: unknown }) {
  const way = walletWay(toClientError(error));
  return (
    <div className="flex flex-col gap-2">
      <ErrorNote error={error} />
      {way !== null && (
        <p className="text-sm">
          <Link to="/wallet" className={linkClasses}>
            {way}
          </Link>
        </p>
      )}
    </div>
  );
}
