import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { Busy } from '@/ui/Busy';
import { useWords } from '@/i18n';
import type { OrderList } from './useOrderList';
import css from './Orders.module.css';

export function ListEnd({ list }: { readonly list: OrderList }): ReactElement {
  const { t } = useWords();
  if (list.moreFailed) {
    return (
      <div className={css.end} role="alert">
        {t('orders.more_failed')}
        <Button size="compact-sm" variant="light" onClick={list.loadMore}>{t('common.retry')}</Button>
      </div>
    );
  }
  return <div className={css.end}>{list.hasMore ? <Busy small /> : t('orders.end')}</div>;
}
