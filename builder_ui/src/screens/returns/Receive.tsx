import { Button, Modal } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { goodsQuery, receiveGoods, type AfterSale, type Gone } from '@/api/afterSales';
import type { Named } from '@/api/types';
import { useWords } from '@/i18n';
import { Busy } from '@/ui/Busy';
import { ProblemState } from '@/ui/States';
import { useDo } from '../products/useDo';
import css from '../products/Products.module.css';

type Counts = Readonly<Record<string, { readonly sellable: string; readonly damaged: string }>>;
const pieces = (text: string): number => (/^\d{1,6}$/.test(text.trim()) ? Number(text) : text.trim() === '' ? 0 : Number.NaN);

function Form({ item, gone, warehouses, close }: { readonly item: AfterSale; readonly gone: readonly Gone[]; readonly warehouses: readonly Named[]; readonly close: () => void }): ReactElement {
  const { t } = useWords();
  const client = useQueryClient();
  const { busy, run } = useDo();
  const [warehouse, setWarehouse] = useState(warehouses[0]?.id ?? '');
  const [counts, setCounts] = useState<Counts>(() => Object.fromEntries(gone.map(({ product, shipped, received }) => [product.id, { sellable: String(shipped - received), damaged: '0' }])));
  const arrived = gone.map(({ product }) => ({ product_id: product.id, sellable: pieces(counts[product.id]?.sellable ?? ''), damaged: pieces(counts[product.id]?.damaged ?? '') }));
  const wrong = arrived.some((one) => Number.isNaN(one.sellable + one.damaged));
  const none = arrived.every((one) => one.sellable + one.damaged === 0);
  const save = async (): Promise<void> => {
    const ok = await run(() => receiveGoods(item.id, warehouse, arrived), ({ orders }) => t('returns.received', { n: orders }));
    if (!ok) return;
    void client.invalidateQueries({ queryKey: ['after-sales'] });
    close();
  };
  const box = (id: string, code: string, name: 'sellable' | 'damaged'): ReactElement => (
    <input
      className={css.number} inputMode="numeric" aria-label={t('products.number_in', { what: t(`returns.${name}`), warehouse: code })} value={counts[id]?.[name] ?? ''} data-arrived={name}
      onChange={(e) => setCounts({ ...counts, [id]: { sellable: '0', damaged: '0', ...counts[id], [name]: e.currentTarget.value } })}
    />
  );
  return (
    <form className={css.newForm} onSubmit={(event) => { event.preventDefault(); void save(); }}>
      <label className={css.line}>
        <span className={css.grow}>{t('returns.into')}</span>
        <select className={css.select} value={warehouse} onChange={(e) => setWarehouse(e.currentTarget.value)}>
          {warehouses.map((place) => <option key={place.id} value={place.id}>{place.title}</option>)}
        </select>
      </label>
      <table className={css.levels}>
        <thead><tr><th scope="col">{t('products.product')}</th><th scope="col">{t('returns.shipped')}</th><th scope="col">{t('returns.sellable')}</th><th scope="col">{t('returns.damaged')}</th></tr></thead>
        <tbody>
          {gone.map(({ product, shipped }) => (
            <tr key={product.id}><th scope="row">{product.code}</th><td>{shipped}</td><td>{box(product.id, product.code, 'sellable')}</td><td>{box(product.id, product.code, 'damaged')}</td></tr>
          ))}
        </tbody>
      </table>
      <p className={css.quiet}>{t('returns.receive_how')}</p>
      <div className={css.formEnd}>
        <Button variant="default" onClick={close}>{t('common.cancel')}</Button>
        <Button type="submit" loading={busy} disabled={wrong || none || !warehouse}>{t('returns.receive')}</Button>
      </div>
    </form>
  );
}

/** What a person found in the parcel: fit to be sold again, or not. */
export function Receive({ item, close }: { readonly item: AfterSale; readonly close: () => void }): ReactElement {
  const { t } = useWords();
  const goods = useQuery(goodsQuery(item.id));
  return (
    <Modal opened onClose={close} title={t('returns.receive_title', { no: item.external_no })} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {!goods.data && goods.error && <ProblemState error={goods.error} title={t('returns.failed')} retry={() => void goods.refetch()} />}
      {goods.isPending && <Busy small />}
      {goods.data && goods.data.pieces.length === 0 && <p>{t('returns.not_shipped')}</p>}
      {goods.data && goods.data.pieces.length > 0 && <Form item={item} gone={goods.data.pieces} warehouses={goods.data.warehouses} close={close} />}
    </Modal>
  );
}
