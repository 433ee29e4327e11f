import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { notificationsQuery } from '@/api/notifications';
import { useWords } from '@/i18n';
import { Busy } from '@/ui/Busy';
import { ProblemState } from '@/ui/States';
import { ScreenTitle } from '../frame/Frame';
import { Alarms, Alerts } from './Alarms';
import { History } from './History';
import { People } from './People';
import css from './Notifications.module.css';

/** Who is told of what, over what and when; and what became of it. */
export default function NotificationsScreen(): ReactElement {
  const { t } = useWords();
  const found = useQuery(notificationsQuery);
  return (
    <div className={css.screen} tabIndex={0} role="region" aria-label={t('told.title')}>
      <ScreenTitle title={t('told.title')} />
      {found.isPending && <Busy />}
      {!found.data && found.error && <ProblemState error={found.error} title={t('told.failed')} retry={() => void found.refetch()} />}
      {found.data && (
        <div className={css.columns}>
          <div className={css.column}>
            <People data={found.data} />
            <Alarms data={found.data} />
            <Alerts data={found.data} />
          </div>
          <div className={css.column}><History /></div>
        </div>
      )}
    </div>
  );
}
