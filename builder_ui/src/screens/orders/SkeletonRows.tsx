import type { ReactElement } from 'react';
import { useWords } from '@/i18n';
import css from './Orders.module.css';

export function SkeletonRows(): ReactElement {
  const { t } = useWords();
  return (
    <div className={css.skeleton} role="status" aria-label={t('common.loading')}>
      {Array.from({ length: 14 }, (_, i) => <div key={i} className={css.skeletonRow}><span /><span /><span /><span /></div>)}
    </div>
  );
}
