import '@xterm/xterm/css/xterm.css';
import type { BookingRead } from '@rsm/api/schemas/bookings';
import { Plus, RotateCcw, X } from 'lucide-react';
import { useEffect, useId, useRef, useState, useSyncExternalStore } from 'react';
import type { DesktopBridge } from '../../../shared/bridge.ts';
import { useSession } from '../../auth/session-context.ts';
import { useSettings } from '../../settings/settings.ts';
import { useTheme } from '../../settings/use-theme.ts';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/class-names.ts';
import { CheckboxField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import type { SessionState, TerminalLook, TerminalSession } from './terminal-session.ts';
import { TERMINALS_PER_BOOKING_MAX, terminalsOf } from './terminals-store.ts';

const stateWords: Readonly<Record<SessionState['kind'], string>> = {
  opening: 'connecting',
  open: 'connected',
  closed: 'closed',
  refused: 'not connected',
};

/** Up to four terminals of a booking, one shown at a time. */
export function TerminalPanel({ bridge, booking }: { readonly bridge: DesktopBridge; readonly booking: BookingRead }) {
  const { session } = useSession();
  const terminals = terminalsOf(bridge, session, booking.id);
  const entries = useSyncExternalStore(terminals.subscribe, terminals.get);
  const theme = useTheme();
  const { terminalFontPx: fontPx } = useSettings();
  const [screenReader, setScreenReader] = useState(false);
  const [chosen, setChosen] = useState<number | null>(null);
  const tabs = useRef<HTMLDivElement>(null);
  const panelId = useId();
  const shown = entries.find(({ key }) => key === chosen) ?? entries.at(-1);

  useEffect(() => {
    const look: TerminalLook = { theme, fontPx, screenReader };
    terminals.dress(look);
    // Who opens this tab wants a terminal.
    if (terminals.get().length === 0) terminals.add(look);
  }, [terminals, theme, fontPx, screenReader]);
  useEffect(() => {
    terminals.onLeave = () => tabs.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
    return () => {
      terminals.onLeave = () => undefined;
    };
  }, [terminals]);

  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <div
          ref={tabs}
          role="tablist"
          aria-label="Terminals"
          className="flex flex-wrap items-center gap-1"
          onKeyDown={(event) => {
            const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
            if (step === 0 || shown === undefined) return;
            const at = (entries.indexOf(shown) + step + entries.length) % entries.length;
            setChosen(entries[at]?.key ?? null);
            event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]').item(at).focus();
          }}
        >
          {entries.map(({ key, session }) => (
            <button
              key={key}
              type="button"
              role="tab"
              aria-selected={key === shown?.key}
              aria-controls={panelId}
              tabIndex={key === shown?.key ? 0 : -1}
              onClick={() => setChosen(key)}
              className={cn(
                'h-8 rounded-md px-3 text-[13px] font-medium text-muted-foreground hover:bg-muted',
                key === shown?.key && 'bg-primary-soft text-primary-text hover:bg-primary-soft',
              )}
            >
              Terminal {key}
              <span className="font-normal">, {stateWords[session.state.kind]}</span>
            </button>
          ))}
        </div>
        {entries.length < TERMINALS_PER_BOOKING_MAX && (
          <Button
            size="iconSm"
            variant="ghost"
            aria-label="One more terminal"
            title="One more terminal"
            onClick={() => setChosen(terminals.add({ theme, fontPx, screenReader }))}
          >
            <Plus aria-hidden />
          </Button>
        )}
        {shown !== undefined && (
          <div className="ml-auto flex flex-wrap gap-1">
            <Button size="sm" variant="ghost" onClick={() => shown.session.reset()}>
              <RotateCcw aria-hidden />
              Reset the screen
            </Button>
            <Button
              size="sm"
              variant="ghost"
              aria-label={`Close terminal ${String(shown.key)}`}
              onClick={() => terminals.remove(shown.key)}
            >
              <X aria-hidden />
              Close
            </Button>
          </div>
        )}
      </div>
      <div
        id={panelId}
        role="tabpanel"
        aria-label={shown === undefined ? 'No terminal' : `Terminal ${String(shown.key)}`}
      >
        {shown === undefined ? (
          <p className="rounded-lg border border-dashed px-6 py-12 text-center text-sm text-muted-foreground">
            No terminal is open. The plus opens one.
          </p>
        ) : (
          <TerminalView key={shown.key} session={shown.session} />
        )}
      </div>
      <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-2">
        <p className="text-[13px] text-muted-foreground">
          <Keys>Ctrl+Shift+F6</Keys> leaves the terminal, <Keys>Ctrl+Shift+C</Keys> copies, <Keys>Ctrl+Shift+V</Keys>{' '}
          pastes. Links are not opened by a click, and the machine can’t write your clipboard.
        </p>
        <CheckboxField
          label="For a screen reader"
          hint="Output is read aloud as it comes."
          checked={screenReader}
          onChange={(event) => setScreenReader(event.target.checked)}
        />
      </div>
    </div>
  );
}

function Keys({ children }: { readonly children: string }) {
  return <kbd className="rounded border px-1 font-mono text-xs">{children}</kbd>;
}

function TerminalView({ session }: { readonly session: TerminalSession }) {
  const place = useRef<HTMLDivElement>(null);
  const { state } = session;
  useEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    // It takes the keyboard when it opens, and from the tab that leads to it; not from elsewhere when the screen is drawn anew.
    const isFirst = session.mount(current);
    if (isFirst || document.activeElement?.getAttribute('role') === 'tab') session.focus();
    const observer = new ResizeObserver(() => session.fit());
    observer.observe(current);
    return () => observer.disconnect();
  }, [session]);
  return (
    <div className="flex flex-col gap-2">
      {state.kind === 'refused' && <ErrorNote error={state.error} onRetry={() => session.reconnect()} />}
      {state.kind === 'closed' && (
        <div
          role="status"
          className="flex flex-wrap items-center justify-between gap-2 rounded-md bg-warning-soft px-4 py-2 text-sm"
        >
          <span>{state.reason}</span>
          <Button
            size="sm"
            onClick={() => {
              session.reconnect();
              session.focus();
            }}
          >
            Reconnect
          </Button>
        </div>
      )}
      <div className="h-[max(16rem,calc(100vh-25rem))] overflow-hidden rounded-lg border bg-white p-2 dark:bg-[#12191d]">
        <div ref={place} className="size-full" />
      </div>
    </div>
  );
}
