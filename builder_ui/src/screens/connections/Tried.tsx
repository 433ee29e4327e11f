import { CircleCheck, CircleX } from 'lucide-react';
import type { ReactElement } from 'react';
import type { Trial } from '@/api/connections';
import { useWords } from '@/i18n';
import css from './Connections.module.css';

/** What came of a test, in words, with a way on. */
export function Tried({ trial }: { readonly trial: Trial }): ReactElement {
  const { t, say } = useWords();
  const Icon = trial.ok ? CircleCheck : CircleX;
  const words = trial.seller ? t('conn.test_ok', { name: trial.seller }) : t('conn.test_ok_plain');
  return (
    <div className={css.tried} data-ok={trial.ok} role="status">
      <Icon size={18} aria-hidden="true" />
      <div>
        <p>{trial.problem ? say(trial.problem.message) : words}</p>
        {trial.problem?.how && <p>{say(trial.problem.how)}</p>}
        {trial.known && <p>{t('conn.test_known', { title: trial.known })}</p>}
      </div>
    </div>
  );
}
