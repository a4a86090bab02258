import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { Field, Input } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { linkClasses } from '../ui/link-classes.ts';
import { ErrorNote } from '../ui/states.tsx';
import { DoorNotices } from './door-notice.tsx';
import { Door } from './door.tsx';
import { mailedToken } from './mailed-token.ts';

/** A button and no work of its own accord: programs that look through mails open links too, and a token works once. */
export function ConfirmEmailScreen() {
  const trpc = useTRPC();
  const [linkToken] = useState(() => mailedToken(window.location.hash));
  const [token, setToken] = useState(linkToken);
  const errors = useFormErrors(['token']);
  const confirm = useMutation(
    trpc.auth.confirmEmail.mutationOptions({
      onMutate: errors.clear,
      onError: errors.set,
      // The token is spent; it need not stay in the address.
      onSuccess: () => window.history.replaceState(window.history.state, '', window.location.pathname),
    }),
  );
  if (confirm.isSuccess) {
    return (
      <Door title="Your address is confirmed" lead="You can sign in now.">
        <Link to="/sign-in" className={buttonClasses({ variant: 'primary' })}>
          Sign in
        </Link>
      </Door>
    );
  }
  const tokenError = errors.of('token');
  return (
    <Door
      title="Confirm your address"
      lead={
        linkToken === '' ? 'Enter the code from the message that we sent you.' : 'One click, and your account is open.'
      }
      footer={
        <Link to="/sign-in" className={linkClasses}>
          Go to sign in
        </Link>
      }
    >
      <DoorNotices />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!confirm.isPending) confirm.mutate({ token: token.trim() });
        }}
        className="flex flex-col gap-4"
        noValidate
      >
        {(linkToken === '' || tokenError !== undefined || errors.rest?.code === 'token_invalid') && (
          <Field label="Code" hint="It works for 24 hours." error={tokenError}>
            {(control) => (
              <Input
                {...control}
                autoComplete="one-time-code"
                spellCheck={false}
                value={token}
                onChange={(event) => setToken(event.target.value)}
                required
              />
            )}
          </Field>
        )}
        {errors.rest !== null && <ErrorNote error={errors.rest} />}
        <Button type="submit" variant="primary" busy={confirm.isPending}>
          Confirm my address
        </Button>
      </form>
      <SendAgain />
    </Door>
  );
}

function SendAgain() {
  const trpc = useTRPC();
  const [email, setEmail] = useState('');
  const errors = useFormErrors(['email']);
  const request = useMutation(
    trpc.auth.requestEmailConfirmation.mutationOptions({ onMutate: errors.clear, onError: errors.set }),
  );
  return (
    <details className="mt-5 border-t pt-4">
      <summary className="text-sm font-medium">The message did not come, or is too old</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!request.isPending) request.mutate({ email });
        }}
        className="mt-3 flex flex-col gap-3"
        noValidate
      >
        <Field label="E-mail" error={errors.of('email')}>
          {(control) => (
            <Input
              {...control}
              type="email"
              autoComplete="username"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
              required
            />
          )}
        </Field>
        {errors.rest !== null && <ErrorNote error={errors.rest} />}
        <Button type="submit" busy={request.isPending}>
          Send it again
        </Button>
        <p role="status" className="text-[13px] text-muted-foreground">
          {request.isSuccess && 'If the address waits for its confirmation, a message is on its way.'}
        </p>
      </form>
    </details>
  );
}
