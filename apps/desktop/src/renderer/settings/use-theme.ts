import { useEffect, useState } from 'react';
import { useSettings } from './settings.ts';

const DARK_QUERY = '(prefers-color-scheme: dark)';

/** The theme that is shown: the person's choice, or the system's at this moment. Keeps `<html data-theme>` in step. */
export function useTheme(): 'light' | 'dark' {
  const { theme } = useSettings();
  const [systemDark, setSystemDark] = useState(() => window.matchMedia(DARK_QUERY).matches);
  useEffect(() => {
    const query = window.matchMedia(DARK_QUERY);
    const follow = (): void => setSystemDark(query.matches);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  const shown = theme === 'dark' || (theme === 'system' && systemDark) ? 'dark' : 'light';
  useEffect(() => {
    document.documentElement.dataset['theme'] = shown;
  }, [shown]);
  return shown;
}
