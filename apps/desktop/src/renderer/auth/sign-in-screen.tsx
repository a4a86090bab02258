import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { detached } from '../app/detached.ts';
import { usePlatform } from '../platform/platform-context.ts';
import { Button } from '../ui/button.tsx';
import { Field, Input } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { ErrorNote } from '../ui/states.tsx';
import { Door } from './door.tsx';
import { useSession } from './session-context.ts';

export function SignInScreen() {
  const { session, state } = useSession();
  const platform = usePlatform();
  const navigate = useNavigate();
  const { next } = useSearch({ from: '/sign-in' });
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const errors = useFormErrors(['email', 'password']);

  const submit = async (): Promise<void> => {
    errors.clear();
    setBusy(true);
    try {
      await session.signIn({ email, password });
      await navigate({ to: next ?? '/', replace: true });
    } catch (error) {
      errors.set(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Door
      title="Sign in"
      lead={state.kind === 'signed_out' ? (state.notice ?? undefined) : undefined}
      footer={
        <>
          New here?{' '}
          <Link to="/sign-up" search={{ next }} className="font-medium text-primary-text underline underline-offset-4">
            Make an account
          </Link>
          {platform.kind === 'desktop' && (
            <p className="mt-2">
              Server: {platform.serverUrl}{' '}
              <Link to="/server" className="font-medium text-primary-text underline underline-offset-4">
                Change
              </Link>
            </p>
          )}
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          detached(submit());
        }}
        className="flex flex-col gap-4"
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
              autoFocus
            />
          )}
        </Field>
        <Field label="Password" error={errors.of('password')}>
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="current-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
              required
            />
          )}
        </Field>
        {errors.rest !== null && <ErrorNote error={errors.rest} />}
        <Button type="submit" variant="primary" busy={busy}>
          Sign in
        </Button>
        <Link to="/forgot-password" className="text-center text-sm text-primary-text underline underline-offset-4">
          I forgot my password
        </Link>
      </form>
    </Door>
  );
}
