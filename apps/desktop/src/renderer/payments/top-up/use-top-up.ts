import type { PaymentRead } from '@rsm/api/schemas/payments';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { toClientError, type ClientError } from '../../api/client-error.ts';
import { useTRPC, useTRPCClient } from '../../api/trpc.ts';
import { detached } from '../../app/detached.ts';
import { useFormErrors, type FormErrors } from '../../ui/form-errors.ts';
import { amountInput } from '../top-up-amount.ts';
import { TopUpWishes } from '../top-up-wishes.ts';

export interface TopUpWish {
  readonly amountMicros: bigint;
  /** The id of a saved card, or what the form asks for. */
  readonly source: string;
  /** Null where no cards are saved. */
  readonly cardId: string | null;
}

export interface TopUp {
  readonly pay: (wish: TopUpWish) => void;
  readonly isPaying: boolean;
  /** The payment whose outcome was not known at once. */
  readonly payment: PaymentRead | null;
  /** Asks the processor how an awaited payment stands, and moves nothing twice. */
  readonly askAgain: () => void;
  readonly isAsking: boolean;
  /** Back to the form, for another payment. */
  readonly startOver: () => void;
  readonly errors: FormErrors;
  readonly sourceError: string | undefined;
}

/** A form's way to money in the wallet. A wish keeps its key until its outcome is known, so that nobody pays twice. */
export function useTopUp(onPaid: (payment: PaymentRead) => void): TopUp {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [wishes] = useState(() => new TopUpWishes(() => crypto.randomUUID()));
  const [asked, setAsked] = useState<{ readonly payment: PaymentRead; readonly wish: TopUpWish } | null>(null);
  const errors = useFormErrors(['amount', 'source']);
  const send = async ({ amountMicros, source, cardId }: TopUpWish): Promise<PaymentRead> =>
    client.payments.topUp.mutate({
      idempotencyKey: wishes.keyFor(amountMicros, cardId),
      amount: amountInput(amountMicros),
      source,
    });
  const lookAnew = (): void => detached(queryClient.invalidateQueries({ queryKey: trpc.payments.pathKey() }));
  const pay = useMutation({
    mutationFn: send,
    onMutate: errors.clear,
    onSuccess: (payment, wish) => {
      if (payment.status === 'pending') {
        setAsked({ payment, wish });
        return;
      }
      wishes.settle(wish.amountMicros, wish.cardId);
      onPaid(payment);
    },
    onError: (error, wish) => {
      // Declined is an outcome: the next try is another payment. Anything else may still have gone through.
      if (toClientError(error).code === 'payment_declined') wishes.settle(wish.amountMicros, wish.cardId);
      errors.set(error);
    },
    onSettled: lookAnew,
  });
  // A refusal needs no words of its own: the payment itself says that it was declined.
  const ask = useMutation({ mutationFn: send, onSettled: lookAnew });
  return {
    pay: (wish) => {
      if (!pay.isPending) pay.mutate(wish);
    },
    isPaying: pay.isPending,
    payment: asked?.payment ?? null,
    askAgain: () => {
      if (asked !== null && !ask.isPending) ask.mutate(asked.wish);
    },
    isAsking: ask.isPending,
    startOver: () => {
      if (asked !== null) wishes.settle(asked.wish.amountMicros, asked.wish.cardId);
      setAsked(null);
    },
    errors,
    sourceError: sourceErrorOf(errors.of('source'), pay.error === null ? null : toClientError(pay.error)),
  };
}

/** A declined card says at its field what to do next, too. */
function sourceErrorOf(sentence: string | undefined, refusal: ClientError | null): string | undefined {
  if (sentence === undefined) return undefined;
  const remedy = refusal?.code === 'payment_declined' ? refusal.remedy : null;
  return [sentence, remedy].filter((part) => part !== null).join(' ');
}
