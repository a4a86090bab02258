import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { detached } from '../app/detached.ts';
import { usePlatform } from '../platform/platform-context.ts';
import { Button } from '../ui/button.tsx';
import { Field, Input } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { linkClasses } from '../ui/link-classes.ts';
import { ErrorNote } from '../ui/states.tsx';
import { DoorNotices, Notice } from './door-notice.tsx';
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
      lead="Rent servers by the hour over SSH, or rent out your own, where every claim comes with its evidence."
      footer={
        <>
          New here?{' '}
          <Link to="/sign-up" search={{ next }} className={linkClasses}>
            Make an account
          </Link>
          {platform.kind === 'desktop' && (
            <p className="mt-2 break-words">
              Server: {platform.serverUrl}{' '}
              <Link to="/server" className={linkClasses}>
                Change
              </Link>
            </p>
          )}
        </>
      }
    >
      <DoorNotices />
      {state.kind === 'signed_out' && state.notice !== null && (
        <div role="status">
          <Notice tone="warning">{state.notice}</Notice>
        </div>
      )}
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
        <p className="flex flex-wrap justify-between gap-x-4 gap-y-1 text-sm">
          <Link to="/forgot-password" className={linkClasses}>
            I forgot my password
          </Link>
          <Link to="/" className={linkClasses}>
            Look around first
          </Link>
        </p>
      </form>
    </Door>
  );
}
