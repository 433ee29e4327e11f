import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { unlinkedQuery } from '@/api/products';
import { useWords } from '@/i18n';
import { Busy } from '@/ui/Busy';
import { ProblemState } from '@/ui/States';
import { LinkChoice } from './LinkChoice';
import css from './Products.module.css';

/** The unknown products of one order, each to be linked; all orders that share a name follow. */
export default function FixUnknown({ order, done }: { readonly order: string; readonly done: () => void }): ReactElement {
  const { t } = useWords();
  const names = useQuery(unlinkedQuery(order));
  if (!names.data && names.error) return <ProblemState error={names.error} title={t('products.failed')} retry={() => void names.refetch()} />;
  if (!names.data) return <Busy small />;
  return (
    <div className={css.fix}>
      {names.data.items.map((entry) => (
        <section key={entry.name} className={css.fixOne}>
          <p><b>{entry.name}</b> {[entry.title === entry.name ? null : entry.title, entry.spec].filter(Boolean).join(' · ')}</p>
          <LinkChoice entry={entry} done={done} />
        </section>
      ))}
      {names.data.items.length === 0 && <p className={css.quiet}>{t('products.fix_none')}</p>}
    </div>
  );
}
