import { Loader } from '@mantine/core';
import type { ReactElement } from 'react';
import { useWords } from '@/i18n';
import css from './pieces.module.css';

/** Something is on its way. */
export function Busy({ small = false }: { readonly small?: boolean }): ReactElement {
  const { t } = useWords();
  return (
    <div className={small ? css.busySmall : css.busy} role="status">
      <Loader size={small ? 'xs' : 'sm'} aria-hidden="true" />
      <span className="ol-hide">{t('common.loading')}</span>
    </div>
  );
}
