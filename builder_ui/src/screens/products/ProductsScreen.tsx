import { Button, Modal, TextInput } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { PackagePlus, PackageSearch, Search } from 'lucide-react';
import { lazy, Suspense, useEffect, useState, type ReactElement } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { addProduct, KINDS, productsQuery, unlinkedQuery, type ProductKind } from '@/api/products';
import { useWords } from '@/i18n';
import { Busy } from '@/ui/Busy';
import { useHub } from '@/ui/hub';
import { EmptyState, ProblemState } from '@/ui/States';
import { ScreenTitle } from '../frame/Frame';
import { NewProductForm } from './NewProductForm';
import { ProductTable } from './ProductTable';
import { useDo } from './useDo';
import css from './Products.module.css';

const ProductPanel = lazy(() => import('./ProductPanel'));
const LinksTab = lazy(() => import('./LinksTab'));
const ImportTab = lazy(() => import('./ImportTab'));

const PAUSE_MS = 280;
type Tab = 'products' | 'links' | 'import';

function Tabs({ tab }: { readonly tab: Tab }): ReactElement {
  const { t } = useWords();
  const names = useQuery(unlinkedQuery(null)).data?.items.length ?? 0;
  return (
    <nav className={css.tabs} aria-label={t('products.tabs')}>
      <Link href="/products" className={css.tab} aria-current={tab === 'products' ? 'page' : undefined}>{t('products.tab.products')}</Link>
      <Link href="/products/links" className={css.tab} aria-current={tab === 'links' ? 'page' : undefined}>
        {t('products.tab.links')}
        {names > 0 && <span className={css.count}>{names}</span>}
      </Link>
      <Link href="/products/import" className={css.tab} aria-current={tab === 'import' ? 'page' : undefined}>{t('products.tab.import')}</Link>
    </nav>
  );
}

function NewDialog({ close, open }: { readonly close: () => void; readonly open: (id: string) => void }): ReactElement {
  const { t } = useWords();
  const { busy, run } = useDo();
  return (
    <Modal opened onClose={close} title={t('products.create')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <NewProductForm
        word={t('products.save')} busy={busy} cancel={close}
        save={(product) => void run(async () => {
          const made = await addProduct(product);
          close();
          open(made.id);
          return made;
        }, (made) => t('products.added', { code: made.code }))}
      />
    </Modal>
  );
}

function Catalogue(): ReactElement {
  const { t } = useWords();
  const { user } = useHub();
  const address = new URLSearchParams(useSearch());
  const [, navigate] = useLocation();
  const [open, kind, asked] = [address.get('open'), (KINDS.find((k) => k === address.get('kind')) ?? 'all'), address.get('q') ?? ''];
  const [text, setText] = useState(asked);
  const [adding, setAdding] = useState(false);
  const list = useInfiniteQuery(productsQuery(asked, kind));
  const go = (change: { open?: string | null; kind?: ProductKind; q?: string }, replace = false): void => {
    const next = new URLSearchParams(Object.entries({ open, kind, q: asked, ...change }).filter((e): e is [string, string] => Boolean(e[1]) && e[1] !== 'all'));
    navigate(next.size > 0 ? `/products?${next}` : '/products', { replace });
  };
  useEffect(() => {
    if (text.trim() === asked) return undefined;
    const timer = setTimeout(() => go({ q: text.trim(), open: null }, true), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const first = list.data?.pages[0];
  const items = (list.data?.pages ?? []).flatMap((page) => page.items);
  return (
    <>
      <ScreenTitle title={t('products.title')}>{first && <span className="ol-num" role="status">{t('products.total', { n: first.total })}</span>}</ScreenTitle>
      <div className={css.bar}>
        <Tabs tab="products" />
        <TextInput
          type="search" size="sm" className={css.search ?? ''} value={text} onChange={(e) => setText(e.currentTarget.value)}
          placeholder={t('products.search')} aria-label={t('products.search')} leftSection={<Search size={16} />}
        />
        <div className={css.kinds} role="group" aria-label={t('products.kinds')}>
          {KINDS.map((k) => <button key={k} type="button" className={css.kind} aria-pressed={kind === k} onClick={() => go({ kind: k, open: null })}>{t(`products.kind.${k}`)}</button>)}
        </div>
        {user.role !== 'viewer' && <Button size="sm" variant="light" className={css.end ?? ''} leftSection={<PackagePlus size={16} />} onClick={() => setAdding(true)}>{t('products.create')}</Button>}
      </div>
      <div className={css.body}>
        <div className={css.list}>
          {list.isPending && <Busy />}
          {!list.data && list.error && <ProblemState error={list.error} title={t('products.failed')} retry={() => void list.refetch()} />}
          {first && items.length === 0 && <EmptyState icon={PackageSearch} title={t('products.empty')} text={t('products.empty_how')} />}
          {items.length > 0 && <ProductTable items={items} warehouses={first?.warehouses ?? []} open={open} choose={(id) => go({ open: id })} />}
          {list.hasNextPage && <Button className={css.more ?? ''} variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('products.more')}</Button>}
        </div>
        {open && <Suspense fallback={<Busy />}><ProductPanel key={open} id={open} close={() => go({ open: null })} choose={(id) => go({ open: id })} /></Suspense>}
      </div>
      {adding && <NewDialog close={() => setAdding(false)} open={(id) => go({ open: id })} />}
    </>
  );
}

export default function ProductsScreen({ tab }: { readonly tab: Tab }): ReactElement {
  return (
    <div className={css.screen}>
      {tab === 'products' && <Catalogue />}
      {tab === 'links' && <Suspense fallback={<Busy />}><LinksTab tabs={<Tabs tab={tab} />} /></Suspense>}
      {tab === 'import' && <Suspense fallback={<Busy />}><ImportTab tabs={<Tabs tab={tab} />} /></Suspense>}
    </div>
  );
}
