import type { ReactElement } from 'react';
import { OUTCOMES, type FileImport } from '@/api/imports';
import { formatCount } from '@/core/money';
import { useWords } from '@/i18n';
import css from './Imports.module.css';

/** What became of the records so far; those that wait are only told of where there are any. */
export function Counts({ of: { counts, done } }: { readonly of: FileImport }): ReactElement {
  const { t } = useWords();
  const shown = OUTCOMES.filter((outcome) => outcome !== 'waiting' || counts.waiting > 0);
  return (
    <>
      <dl className={css.counts} aria-label={t('imports.counts')}>
        <div><dt>{t('imports.outcome.done')}</dt><dd>{formatCount(done)}</dd></div>
        {shown.map((outcome) => (
          <div key={outcome} data-outcome={outcome} data-some={counts[outcome] > 0 || undefined}>
            <dt>{t(`imports.outcome.${outcome}`)}</dt>
            <dd>{formatCount(counts[outcome])}</dd>
          </div>
        ))}
      </dl>
      {counts.waiting > 0 && <p className={css.warn}>{t('imports.waiting_why')}</p>}
    </>
  );
}
