import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CircleAlert, Eye, FilePlus2, Keyboard, Store } from 'lucide-react';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { importShopsQuery, type ImportShop } from '@/api/imports';
import { useWords } from '@/i18n';
import { Busy } from '@/ui/Busy';
import { useHub } from '@/ui/hub';
import { EmptyState, ProblemState } from '@/ui/States';
import { ScreenTitle } from '../frame/Frame';
import { NewShop } from '../imports/NewShop';
import { Amounts } from './Amounts';
import { Lines } from './Lines';
import { Receiver } from './Receiver';
import { Recent } from './Recent';
import { useDesk } from './draft';
import { useSave, type Saving } from './useSave';
import css from './Entry.module.css';

function Problem({ of }: { readonly of: Saving }): ReactElement | null {
  const { t } = useWords();
  if (!of.problem) return null;
  return (
    <p className={css.problem} role="alert">
      <CircleAlert size={16} aria-hidden="true" />
      <span>
        <b>{of.problem.title}</b> {of.problem.how}{' '}
        {of.already && <Link href={`/orders?q=${encodeURIComponent(of.already)}`}>{t('entry.to_saved')}</Link>}
      </span>
    </p>
  );
}

function Form({ shops, open }: { readonly shops: readonly ImportShop[]; readonly open: () => void }): ReactElement {
  const { t } = useWords();
  const { account, choose } = useDesk();
  const paste = useRef<HTMLTextAreaElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const shop = shops.find((one) => one.id === account) ?? shops[0];
  const saving = useSave(shop?.id ?? '', () => paste.current?.focus());
  const { save, faults } = saving;
  useEffect(() => {
    paste.current?.focus();
  }, []);
  return (
    <form
      className={css.form} noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save(false);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        save(event.shiftKey);
      }}
    >
      <div className={css.shop}>
        <label className={css.pick}>
          {t('imports.shop')}
          <select value={shop?.id ?? ''} data-field="account" onChange={(event) => choose(event.currentTarget.value)}>
            {shops.map((one) => <option key={one.id} value={one.id}>{one.title}</option>)}
          </select>
        </label>
        <Button variant="light" leftSection={<Store size={16} />} onClick={open}>{t('imports.new_shop')}</Button>
      </div>
      <Receiver faults={faults} paste={paste} onward={() => search.current?.focus()} />
      <Lines faults={faults} search={search} />
      <Amounts faults={faults} />
      <div className={css.acts}>
        <Problem of={saving} />
        <Button type="submit" leftSection={<FilePlus2 size={16} />} loading={saving.busy}>{t('entry.save_next')}</Button>
        <Button variant="default" leftSection={<Eye size={16} />} disabled={saving.busy} onClick={() => save(true)}>{t('entry.save_open')}</Button>
        <span className={css.quiet}>{t('entry.keys')}</span>
      </div>
    </form>
  );
}

/** Orders from chat and phone, typed in one after the other. */
export default function EntryScreen(): ReactElement {
  const { t } = useWords();
  const { user } = useHub();
  const [opening, setOpening] = useState(false);
  const { sit, choose } = useDesk();
  const shops = useQuery(importShopsQuery);
  const own = shops.data?.items.filter((shop) => shop.own) ?? [];
  useEffect(() => {
    sit(user.login);
  }, [sit, user.login]);
  const mayType = user.role !== 'viewer';
  return (
    <div className={css.screen} tabIndex={0} role="region" aria-label={t('entry.title')}>
      <ScreenTitle title={t('entry.title')} />
      {shops.isPending && <Busy />}
      {!shops.data && shops.error && <ProblemState error={shops.error} title={t('imports.shops_failed')} retry={() => void shops.refetch()} />}
      {shops.data && !mayType && <EmptyState icon={Keyboard} title={t('entry.viewer')} text={t('entry.viewer_how')} />}
      {shops.data && mayType && own.length === 0 && (
        <EmptyState icon={Store} title={t('entry.no_shop')} text={t('entry.no_shop_how')}>
          <Button onClick={() => setOpening(true)}>{t('imports.new_shop')}</Button>
        </EmptyState>
      )}
      {mayType && own.length > 0 && (
        <div className={css.desk}>
          <Form shops={own} open={() => setOpening(true)} />
          <Recent />
        </div>
      )}
      {opening && <NewShop close={() => setOpening(false)} opened={(shop) => choose(shop.id)} />}
    </div>
  );
}
