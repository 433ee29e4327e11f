import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useLocation, useSearch } from 'wouter';
import { importShopsQuery } from '@/api/imports';
import { useWords } from '@/i18n';
import { importPath } from '@/routes';
import { Busy } from '@/ui/Busy';
import { useHub } from '@/ui/hub';
import { ProblemState } from '@/ui/States';
import { ScreenTitle } from '../frame/Frame';
import { Bring } from './Bring';
import { History } from './History';
import css from './Imports.module.css';

/** Files of orders: one is brought above, those brought before are below. */
export default function ImportsScreen(): ReactElement {
  const { t } = useWords();
  const { user } = useHub();
  const asked = new URLSearchParams(useSearch()).get('shop');
  const [, navigate] = useLocation();
  const shops = useQuery(importShopsQuery);
  return (
    <div className={css.screen} tabIndex={0} role="region" aria-label={t('imports.title')}>
      <ScreenTitle title={t('imports.title')} />
      <div className={css.inner}>
        <p className={css.quiet}>{t(user.role === 'viewer' ? 'imports.viewer' : 'imports.how')}</p>
        {shops.isPending && <Busy />}
        {!shops.data && shops.error && <ProblemState error={shops.error} title={t('imports.shops_failed')} retry={() => void shops.refetch()} />}
        {shops.data && user.role !== 'viewer' && <Bring {...shops.data} asked={asked} arrived={(found) => navigate(importPath(found.id))} />}
        <History />
      </div>
    </div>
  );
}
