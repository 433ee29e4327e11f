import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useWords } from '@/i18n';
import { useToasts } from '@/store/toasts';
import { sayProblem } from './States';

export interface Doing {
  readonly busy: boolean;
  /** Runs a change: says that it worked, or why not; true if it did. */
  readonly run: <T>(change: () => Promise<T>, said: (result: T) => string) => Promise<boolean>;
}

/** Changes made with one click. `refresh`: what has to be read again after each. */
export function useDo(refresh: (client: QueryClient) => void): Doing {
  const words = useWords();
  const client = useQueryClient();
  const show = useToasts((s) => s.show);
  const [busy, setBusy] = useState(false);
  const run: Doing['run'] = async (change, said) => {
    setBusy(true);
    try {
      show('good', said(await change()));
      refresh(client);
      return true;
    } catch (error) {
      const problem = sayProblem(error, words);
      show('bad', problem.title, problem.how);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, run };
}
