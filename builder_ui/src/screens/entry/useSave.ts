import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { ApiError } from '@/api/client';
import { enteredQuery, enterOrder, type Entered } from '@/api/entry';
import { useWords } from '@/i18n';
import { orderPath } from '@/routes';
import { useToasts } from '@/store/toasts';
import { sayProblem, type Said } from '@/ui/States';
import { bodyOf, faultsOf, misfits, sums, useDesk, type Faults } from './draft';

/** Boxes that say themselves what is wrong with them. */
const BOXES = /^(receiver\.|lines|freight|discount|paid|buyer|seller)/;
const PATIENCE_MS = 15_000;
const PAUSE_MS = 400;

export interface Saving {
  readonly busy: boolean;
  readonly faults: Faults;
  /** What is wrong with the order as a whole, or that it could not be sent. */
  readonly problem: Said | null;
  /** The order this form has become already, with other content. */
  readonly already: string | null;
  readonly save: (open: boolean) => void;
}

/** Saves the draft; `saved` hears of it when the next one is to be typed. */
export function useSave(account: string, saved: () => void): Saving {
  const words = useWords();
  const { t } = words;
  const client = useQueryClient();
  const show = useToasts((s) => s.show);
  const [, navigate] = useLocation();
  const [faults, setFaults] = useState<Faults>({});
  const sending = useRef(false);

  const refuse = (found: Faults): void => {
    setFaults(found);
    // The box is marked once the faults are drawn.
    const [first] = Object.keys(found);
    setTimeout(() => document.querySelector<HTMLElement>(`[data-field="${first}"]`)?.focus());
  };
  /** The order's id, as soon as the workers have made it; null where it takes them too long. */
  const made = async (entered: Entered): Promise<string | null> => {
    const end = Date.now() + PATIENCE_MS;
    const query = enteredQuery(entered.account_id, entered.number);
    for (let now = entered; now.state !== 'failed'; now = await client.fetchQuery({ ...query, staleTime: 0 })) {
      if (now.order_id) return now.order_id;
      if (Date.now() > end) return null;
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
    return null;
  };
  const send = useMutation({
    mutationFn: async ({ open }: { readonly open: boolean }) => {
      const { draft, next } = useDesk.getState();
      const entered = await enterOrder(bodyOf(draft, account));
      next({ number: entered.number, account, receiver: draft.receiver.name, total: sums(draft).total });
      setFaults({});
      return open ? made(entered) : null;
    },
    onSuccess: (id, { open }) => {
      void client.invalidateQueries({ queryKey: ['orders'] });
      if (id) navigate(orderPath(id));
      else {
        show('good', t(open ? 'entry.saved_waits' : 'entry.saved'));
        saved();
      }
    },
    onError: (error) => refuse(faultsOf(error)),
    onSettled: () => {
      sending.current = false;
    },
  });
  const save = (open: boolean): void => {
    if (sending.current) return;
    const wrong = Object.entries(misfits(useDesk.getState().draft)).map(([field, key]) => [field, t(key as 'entry.no_count')] as const);
    if (wrong.length > 0) return refuse(Object.fromEntries(wrong));
    sending.current = true;
    send.mutate({ open });
  };
  const { error } = send;
  const told = Object.keys(faultsOf(error));
  const inBoxes = told.length > 0 && told.every((field) => BOXES.test(field));
  const problem = inBoxes ? { title: t('entry.see_boxes', { n: told.length }), how: '' } : error && sayProblem(error, words);
  const already = error instanceof ApiError && error.problem.code === 'entry.saved_already' ? error.problem.where : null;
  return { busy: send.isPending, faults, problem, already, save };
}
