import { Boxes, Gift } from 'lucide-react';
import type { ReactElement } from 'react';
import type { Level, Product } from '@/api/products';
import type { Named } from '@/api/types';
import { formatCount } from '@/core/money';
import { useWords } from '@/i18n';
import css from './Products.module.css';

interface Props {
  readonly items: readonly Product[];
  readonly warehouses: readonly Named[];
  readonly open: string | null;
  readonly choose: (id: string) => void;
}

function Stock({ level }: { readonly level: Level | undefined }): ReactElement {
  const { t } = useWords();
  if (!level) return <span className={css.none}>{t('products.no_stock')}</span>;
  const { on_hand, allocated, safety } = level;
  return (
    <span className={css.level} data-low={level.free <= 0 || undefined}>
      <b>{formatCount(level.free)}</b>
      <span className={css.quiet}>{t('products.level', { on_hand, allocated, safety })}</span>
    </span>
  );
}

function Place({ product, warehouse }: { readonly product: Product; readonly warehouse: Named }): ReactElement {
  const { t } = useWords();
  if (!product.bundle) return <Stock level={product.stock.find((level) => level.warehouse.id === warehouse.id)} />;
  const free = product.sets.find((set) => set.warehouse.id === warehouse.id)?.free ?? 0;
  return (
    <span className={css.level} data-low={free <= 0 || undefined}>
      <b>{formatCount(free)}</b>
      <span className={css.quiet}>{t('products.sets')}</span>
    </span>
  );
}

function Marks({ product }: { readonly product: Product }): ReactElement {
  const { t } = useWords();
  const gifts = product.parts.some((part) => part.gift);
  return (
    <>
      {product.bundle && <span className={css.tag}><Boxes size={13} aria-hidden="true" />{t('products.bundle')}</span>}
      {gifts && <span className={css.tag}><Gift size={13} aria-hidden="true" />{t('products.with_gift')}</span>}
    </>
  );
}

/** The catalogue: what may be promised of each product in each warehouse, and what stands behind it. */
export function ProductTable({ items, warehouses, open, choose }: Props): ReactElement {
  const { t } = useWords();
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">{t('products.product')}</th>
          {warehouses.map((warehouse) => <th key={warehouse.id} scope="col" className={css.right}>{t('products.free_in', { warehouse: warehouse.title })}</th>)}
          <th scope="col" className={css.right}>{t('products.names')}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((product) => (
          <tr key={product.id} aria-selected={open === product.id} data-code={product.code} onClick={() => choose(product.id)}>
            <th scope="row">
              <button type="button" className={css.code} onClick={(e) => { e.stopPropagation(); choose(product.id); }}>{product.code}</button>
              <Marks product={product} />
              <span className={css.what}>{[product.title, product.spec].filter(Boolean).join(' · ')}</span>
            </th>
            {warehouses.map((warehouse) => <td key={warehouse.id} className={css.right} data-label={warehouse.title}><Place product={product} warehouse={warehouse} /></td>)}
            <td className={css.right} data-label={t('products.names')}>{product.links}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
