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

export function ResetPasswordScreen() {
  const trpc = useTRPC();
  const [linkToken] = useState(() => mailedToken(window.location.hash));
  const [token, setToken] = useState(linkToken);
  const [newPassword, setNewPassword] = useState('');
  const errors = useFormErrors(['token', 'newPassword']);
  const reset = useMutation(
    trpc.auth.resetPassword.mutationOptions({
      onMutate: errors.clear,
      onError: errors.set,
      // The token is spent; it need not stay in the address.
      onSuccess: () => window.history.replaceState(window.history.state, '', window.location.pathname),
    }),
  );
  if (reset.isSuccess) {
    return (
      <Door title="Your password is changed" lead="All sessions of your account have ended. Sign in with the new one.">
        <Link to="/sign-in" className={buttonClasses({ variant: 'primary' })}>
          Sign in
        </Link>
      </Door>
    );
  }
  const tokenError = errors.of('token');
  return (
    <Door
      title="Choose a new password"
      lead="It ends all sessions of your account, on every computer."
      footer={
        <Link to="/forgot-password" className={linkClasses}>
          Send me another link
        </Link>
      }
    >
      <DoorNotices />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!reset.isPending) reset.mutate({ token: token.trim(), newPassword });
        }}
        className="flex flex-col gap-4"
        noValidate
      >
        {(linkToken === '' || tokenError !== undefined || errors.rest?.code === 'token_invalid') && (
          <Field
            label="Code"
            hint="From the message that we sent you. It works once, for 30 minutes."
            error={tokenError}
          >
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
        <Field label="New password" hint="At least 10 characters." error={errors.of('newPassword')}>
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="new-password"
              value={newPassword}
              onChange={(event) => setNewPassword(event.target.value)}
              required
              autoFocus={linkToken !== ''}
            />
          )}
        </Field>
        {errors.rest !== null && <ErrorNote error={errors.rest} />}
        <Button type="submit" variant="primary" busy={reset.isPending}>
          Change the password
        </Button>
      </form>
    </Door>
  );
}
