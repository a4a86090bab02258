import { useEffect, useRef } from 'react';

/** Calls back whenever the person comes back to this window, as from a page that was opened outside. */
export function useReturn(isAwaited: boolean, onReturn: () => void): void {
  const latest = useRef(onReturn);
  useEffect(() => {
    latest.current = onReturn;
  });
  useEffect(() => {
    if (!isAwaited) return undefined;
    const back = (): void => {
      if (document.visibilityState === 'visible') latest.current();
    };
    window.addEventListener('focus', back);
    document.addEventListener('visibilitychange', back);
    return () => {
      window.removeEventListener('focus', back);
      document.removeEventListener('visibilitychange', back);
    };
  }, [isAwaited]);
}
