import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { Button } from '../ui/button.tsx';
import { Field, Input } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { linkClasses } from '../ui/link-classes.ts';
import { ErrorNote } from '../ui/states.tsx';
import { DoorNotices } from './door-notice.tsx';
import { Door } from './door.tsx';

export function ForgotPasswordScreen() {
  const trpc = useTRPC();
  const [email, setEmail] = useState('');
  const errors = useFormErrors(['email']);
  const request = useMutation(
    trpc.auth.requestPasswordReset.mutationOptions({ onMutate: errors.clear, onError: errors.set }),
  );
  const footer = (
    <Link to="/sign-in" className={linkClasses}>
      Back to sign in
    </Link>
  );
  if (request.isSuccess) {
    return (
      <Door
        title="Look into your mail"
        lead={`If ${email.trim()} has an account here, a message is on its way. Its link and its code work once, for 30 minutes.`}
        footer={footer}
      >
        <div className="flex flex-col items-start gap-3 text-sm">
          <Link to="/reset-password" className={linkClasses}>
            I have the code
          </Link>
          <button type="button" className={linkClasses} onClick={() => request.reset()}>
            No mail? Use another address, or try again
          </button>
        </div>
      </Door>
    );
  }
  return (
    <Door
      title="A new password"
      lead="Enter the address of your account. We send you a link to choose a new password."
      footer={footer}
    >
      <DoorNotices />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!request.isPending) request.mutate({ email });
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
        {errors.rest !== null && <ErrorNote error={errors.rest} />}
        <Button type="submit" variant="primary" busy={request.isPending}>
          Send the link
        </Button>
      </form>
    </Door>
  );
}
