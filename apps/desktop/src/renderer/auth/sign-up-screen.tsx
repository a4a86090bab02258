import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { detached } from '../app/detached.ts';
import { Button } from '../ui/button.tsx';
import { Field, Input } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { linkClasses } from '../ui/link-classes.ts';
import { ErrorNote } from '../ui/states.tsx';
import { DoorNotices } from './door-notice.tsx';
import { Door } from './door.tsx';
import { useSession } from './session-context.ts';

export function SignUpScreen() {
  const { session } = useSession();
  const navigate = useNavigate();
  const { next } = useSearch({ from: '/sign-up' });
  const [form, setForm] = useState({ displayName: '', email: '', password: '' });
  const [busy, setBusy] = useState(false);
  const [mailed, setMailed] = useState(false);
  const errors = useFormErrors(['displayName', 'email', 'password']);

  const submit = async (): Promise<void> => {
    errors.clear();
    setBusy(true);
    try {
      if ((await session.signUp(form)) === 'confirmation_required') setMailed(true);
      else await navigate({ to: next ?? '/', replace: true });
    } catch (error) {
      errors.set(error);
    } finally {
      setBusy(false);
    }
  };

  if (mailed) {
    return (
      <Door
        title="Look into your mail"
        lead={`We have sent a message to ${form.email}. Its link confirms the address; then you can sign in.`}
      >
        <div className="flex flex-col items-start gap-3 text-sm">
          <Link to="/confirm-email" className={linkClasses}>
            I have the code
          </Link>
          <Link to="/sign-in" search={{ next }} className={linkClasses}>
            Go to sign in
          </Link>
        </div>
      </Door>
    );
  }
  const set = (field: keyof typeof form) => (event: { readonly target: { readonly value: string } }) =>
    setForm((before) => ({ ...before, [field]: event.target.value }));
  return (
    <Door
      title="Make an account"
      lead="One account is enough to rent and to provide."
      footer={
        <>
          Have one already?{' '}
          <Link to="/sign-in" search={{ next }} className={linkClasses}>
            Sign in
          </Link>
        </>
      }
    >
      <DoorNotices />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          detached(submit());
        }}
        className="flex flex-col gap-4"
        noValidate
      >
        <Field
          label="Name"
          hint="The other side of a booking sees this name and nothing else."
          error={errors.of('displayName')}
        >
          {(control) => (
            <Input
              {...control}
              autoComplete="name"
              value={form.displayName}
              onChange={set('displayName')}
              required
              autoFocus
            />
          )}
        </Field>
        <Field label="E-mail" error={errors.of('email')}>
          {(control) => (
            <Input
              {...control}
              type="email"
              autoComplete="username"
              value={form.email}
              onChange={set('email')}
              required
            />
          )}
        </Field>
        <Field label="Password" hint="At least 10 characters." error={errors.of('password')}>
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="new-password"
              value={form.password}
              onChange={set('password')}
              required
            />
          )}
        </Field>
        {errors.rest !== null && <ErrorNote error={errors.rest} />}
        <Button type="submit" variant="primary" busy={busy}>
          Make the account
        </Button>
      </form>
    </Door>
  );
}
