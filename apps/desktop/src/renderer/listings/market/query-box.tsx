import { completeQuery, type QueryChoices, type QueryCompletion } from '@rsm/domain/listings/query/complete-query';
import type { QueryError } from '@rsm/domain/listings/query/parse-query';
import { Search } from 'lucide-react';
import { useId, useRef, useState, type KeyboardEvent } from 'react';
import { flushSync } from 'react-dom';
import { Input } from '../../ui/field.tsx';

interface QueryBoxProps {
  readonly text: string;
  readonly errors: readonly QueryError[];
  readonly choices: QueryChoices;
  readonly onText: (text: string) => void;
}

/** Where the caret was when the list was opened; null while it is closed. */
interface Opened {
  readonly caret: number;
  /** None is chosen until an arrow key says so: Enter and Tab do what they always do. */
  readonly active: number | null;
}

/**
 * The search box: free text and terms such as `gpus>=4`. What can be written at the caret is offered below it; arrow keys
 * choose, Enter takes, Escape closes. Errors are underlined where they are and said below, each a way to its place.
 */
export function QueryBox({ text, errors, choices, onText }: QueryBoxProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const underlines = useRef<HTMLDivElement>(null);
  const [opened, setOpened] = useState<Opened | null>(null);
  const completion = opened === null ? null : completeQuery(text, opened.caret, choices);
  const options = completion?.options ?? [];
  const isOpen = options.length > 0;

  const take = (option: QueryCompletion): void => {
    if (completion === null) return;
    const before = text.slice(0, completion.position) + option.insert;
    // The new value has to stand in the box before the caret can be put into it, and the next letter may not come between the two.
    flushSync(() => {
      onText(before + text.slice(completion.position + completion.length));
      setOpened({ caret: before.length, active: null });
    });
    input.current?.setSelectionRange(before.length, before.length);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      if (!isOpen) setOpened({ caret: event.currentTarget.selectionStart ?? text.length, active: null });
      else if (opened !== null) {
        const from = opened.active ?? (step === 1 ? -1 : 0);
        setOpened({ ...opened, active: (from + step + options.length) % options.length });
      }
      return;
    }
    const chosen = opened?.active === null || opened === null ? undefined : options[opened.active];
    if (event.key === 'Enter' && chosen !== undefined) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === 'Escape' && isOpen) {
      // The browser would empty the box.
      event.preventDefault();
      setOpened(null);
    }
  };

  const select = ({ length, position }: QueryError): void => {
    input.current?.focus();
    input.current?.setSelectionRange(position, position + length);
  };

  return (
    <div className="min-w-44 grow">
      <div className="relative">
        <Search className="absolute top-2.5 left-3 size-4 text-muted-foreground" aria-hidden />
        <Input
          ref={input}
          type="search"
          role="combobox"
          aria-label="Search the market"
          aria-autocomplete="list"
          aria-expanded={isOpen}
          aria-controls={`${id}-options`}
          aria-activedescendant={
            isOpen && opened?.active !== null ? `${id}-option-${String(opened?.active ?? 0)}` : undefined
          }
          aria-describedby={errors.length > 0 ? `${id}-errors` : undefined}
          aria-invalid={errors.length > 0 ? true : undefined}
          placeholder="Text, or gpu=RTX4090 gpus>=4 price<2.50 …"
          className="pl-9"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            const caret = event.target.selectionStart ?? event.target.value.length;
            onText(event.target.value);
            // Names are offered once one was begun: an empty box would hide the market behind a list.
            const isBegun = caret > 0 && event.target.value.charAt(caret - 1) !== ' ';
            setOpened(isBegun ? { caret, active: null } : null);
          }}
          onKeyDown={onKeyDown}
          onScroll={(event) => underlines.current?.scrollTo({ left: event.currentTarget.scrollLeft })}
          onBlur={() => setOpened(null)}
        />
        <div
          ref={underlines}
          aria-hidden
          className="pointer-events-none absolute inset-y-0 right-8 left-9 overflow-hidden text-sm leading-9 whitespace-pre text-transparent"
        >
          {piecesOf(text, errors).map(({ isWrong, piece, position }) => (
            <span key={position} className={isWrong ? 'underline decoration-danger decoration-wavy' : undefined}>
              {piece}
            </span>
          ))}
        </div>
        <ul
          id={`${id}-options`}
          role="listbox"
          aria-label="What can be written here"
          hidden={!isOpen}
          className="absolute top-full z-20 mt-1 w-full rounded-md border bg-surface py-1 text-sm shadow-lg"
        >
          {options.map((option, index) => (
            // The keys of a combobox are the input's: it keeps the focus, as the ARIA practices ask.
            <li
              key={option.insert}
              id={`${id}-option-${String(index)}`}
              role="option"
              aria-selected={index === opened?.active}
              className={`flex cursor-pointer justify-between gap-4 px-3 py-1.5 ${index === opened?.active ? 'bg-muted' : ''}`}
              onMouseDown={(event) => {
                event.preventDefault();
                take(option);
              }}
            >
              <span className="font-mono">{option.insert}</span>
              <span className="text-muted-foreground">{option.help}</span>
            </li>
          ))}
        </ul>
      </div>
      {errors.length > 0 && (
        <ul id={`${id}-errors`} className="mt-1 text-[13px] text-danger">
          {errors.map((error) => (
            <li key={error.position}>
              <button
                type="button"
                className="text-left underline-offset-2 hover:underline"
                onClick={() => select(error)}
              >
                <span className="font-mono">{text.slice(error.position, error.position + error.length)}</span>:{' '}
                {error.message}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The text in pieces, each right or wrong. */
function piecesOf(text: string, errors: readonly QueryError[]) {
  const pieces: { readonly position: number; readonly piece: string; readonly isWrong: boolean }[] = [];
  let at = 0;
  for (const { length, position } of errors) {
    if (position > at) pieces.push({ position: at, piece: text.slice(at, position), isWrong: false });
    pieces.push({ position, piece: text.slice(position, position + length), isWrong: true });
    at = position + length;
  }
  return pieces;
}
