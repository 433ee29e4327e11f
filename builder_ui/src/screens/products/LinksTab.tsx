import { Button, TextInput } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { CircleCheckBig, Search, Unlink } from 'lucide-react';
import { useDeferredValue, useState, type ReactElement, type ReactNode } from 'react';
import { linksQuery, removeLink, unlinkedQuery, type ShopLink, type Unlinked } from '@/api/products';
import { useWords } from '@/i18n';
import { Busy } from '@/ui/Busy';
import { PlatformMark } from '@/ui/Chips';
import { useHub } from '@/ui/hub';
import { ProblemState } from '@/ui/States';
import { Time } from '@/ui/Time';
import { ScreenTitle } from '../frame/Frame';
import { LinkChoice } from './LinkChoice';
import { useDo } from './useDo';
import css from './Products.module.css';

function Waiting({ entry, may }: { readonly entry: Unlinked; readonly may: boolean }): ReactElement {
  const { t } = useWords();
  return (
    <li className={css.card}>
      <div className={css.cardHead}>
        <b className={css.name}>{entry.name}</b>
        <span>{[entry.title === entry.name ? null : entry.title, entry.spec].filter(Boolean).join(' · ')}</span>
        <span className={css.quiet}>
          {entry.accounts.map((shop) => <span key={shop.id} className={css.shop}><PlatformMark platform={shop.platform} />{shop.title}</span>)}
          <span>{t('products.in_orders', { n: entry.orders })}</span> <Time iso={entry.seen_at} />
        </span>
      </div>
      {may && <LinkChoice entry={entry} />}
    </li>
  );
}

function Row({ link, may }: { readonly link: ShopLink; readonly may: boolean }): ReactElement {
  const { t } = useWords();
  const { busy, run } = useDo();
  const words = t('products.unlink', { name: link.name });
  return (
    <tr>
      <td><span className={css.shop}><PlatformMark platform={link.platform} />{link.account.title}</span></td>
      <th scope="row">{link.name}</th>
      <td><b>{link.product.code}</b> <span className={css.quiet}>{link.product.title}</span></td>
      <td className={css.right}>
        {may && <button type="button" className={css.icon} disabled={busy} aria-label={words} title={words} onClick={() => void run(() => removeLink(link.id), () => t('products.unlinked', { name: link.name }))}><Unlink size={15} aria-hidden="true" /></button>}
      </td>
    </tr>
  );
}

function Linked({ may }: { readonly may: boolean }): ReactElement {
  const { t } = useWords();
  const [text, setText] = useState('');
  const [shop, setShop] = useState('');
  const list = useInfiniteQuery(linksQuery(useDeferredValue(text.trim()), shop || null));
  const items = (list.data?.pages ?? []).flatMap((page) => page.items);
  return (
    <section>
      <div className={css.linksHead}>
        <h2>{t('products.links')}</h2>
        <TextInput type="search" size="sm" value={text} onChange={(e) => setText(e.currentTarget.value)} placeholder={t('products.links_search')} aria-label={t('products.links_search')} leftSection={<Search size={15} />} />
        <select className={css.select} aria-label={t('products.shop')} value={shop} onChange={(e) => setShop(e.currentTarget.value)}>
          <option value="">{t('products.all_shops')}</option>
          {(list.data?.pages[0]?.accounts ?? []).map((account) => <option key={account.id} value={account.id}>{account.title}</option>)}
        </select>
      </div>
      {!list.data && list.error && <ProblemState error={list.error} title={t('products.failed')} retry={() => void list.refetch()} />}
      {list.data && items.length === 0 && <p className={css.quiet}>{t('products.no_links')}</p>}
      {items.length > 0 && (
        <table className={css.table}>
          <thead>
            <tr><th scope="col">{t('products.shop')}</th><th scope="col">{t('products.name_there')}</th><th scope="col">{t('products.product')}</th><th><span className="ol-hide">{t('products.remove')}</span></th></tr>
          </thead>
          <tbody>{items.map((link) => <Row key={link.id} link={link} may={may} />)}</tbody>
        </table>
      )}
      {list.hasNextPage && <Button className={css.more ?? ''} variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('products.more')}</Button>}
    </section>
  );
}

/** What shops call products: first the names nobody knows, then the links there are. */
export default function LinksTab({ tabs }: { readonly tabs: ReactNode }): ReactElement {
  const { t } = useWords();
  const { user } = useHub();
  const may = user.role !== 'viewer';
  const names = useQuery(unlinkedQuery(null));
  return (
    <>
      <ScreenTitle title={t('products.links_title')}>{names.data && <span className="ol-num" role="status">{t('products.unknown_names', { n: names.data.items.length })}</span>}</ScreenTitle>
      <div className={css.bar}>{tabs}</div>
      <div className={css.page}>
        <section>
          <h2>{t('products.unknown')}</h2>
          {!names.data && names.error && <ProblemState error={names.error} title={t('products.failed')} retry={() => void names.refetch()} />}
          {names.isPending && <Busy small />}
          {names.data && names.data.items.length === 0 && <p className={css.clear}><CircleCheckBig size={16} aria-hidden="true" />{t('products.all_known')}</p>}
          <ul className={css.cards}>{(names.data?.items ?? []).map((entry) => <Waiting key={`${entry.name}/${entry.accounts[0]?.id}`} entry={entry} may={may} />)}</ul>
        </section>
        <Linked may={may} />
      </div>
    </>
  );
}
