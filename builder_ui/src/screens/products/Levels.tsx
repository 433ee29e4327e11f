import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { saveLevel, searchQuery, type Level, type Product } from '@/api/products';
import type { Named } from '@/api/types';
import { formatCount } from '@/core/money';
import { useWords } from '@/i18n';
import { useDo } from './useDo';
import css from './Products.module.css';

const wholeNumber = (text: string): number | null => (/^\d{1,9}$/.test(text.trim()) ? Number(text) : null);

interface PlaceProps {
  readonly product: Product;
  readonly warehouse: Named;
  readonly level: Level | undefined;
  readonly may: boolean;
}

function Place({ product, warehouse, level, may }: PlaceProps): ReactElement {
  const { t } = useWords();
  const { busy, run } = useDo();
  const known = { on_hand: level?.on_hand ?? 0, safety: level?.safety ?? 0 };
  const [form, setForm] = useState({ on_hand: String(known.on_hand), safety: String(known.safety) });
  const given = { on_hand: wholeNumber(form.on_hand), safety: wholeNumber(form.safety) };
  const wrong = given.on_hand === null || given.safety === null;
  const differs = given.on_hand !== known.on_hand || given.safety !== known.safety;
  const save = (): void => {
    const body = {
      ...(given.on_hand !== null && given.on_hand !== known.on_hand ? { on_hand: given.on_hand } : {}),
      ...(given.safety !== null && given.safety !== known.safety ? { safety: given.safety } : {}),
    };
    void run(() => saveLevel(product.id, warehouse.id, body), ({ orders }) => t('products.stock_saved', { n: orders }));
  };
  const box = (name: keyof typeof form, label: string): ReactElement => (
    <input
      className={css.number} inputMode="numeric" aria-label={t('products.number_in', { what: label, warehouse: warehouse.title })} value={form[name]} readOnly={!may}
      aria-invalid={given[name] === null || undefined} data-stock={name} onChange={(e) => setForm({ ...form, [name]: e.currentTarget.value })}
    />
  );
  return (
    <tr>
      <th scope="row">{warehouse.title}</th>
      <td>{box('on_hand', t('products.on_hand'))}</td>
      <td>{formatCount(level?.allocated ?? 0)}</td>
      <td>{box('safety', t('products.safety'))}</td>
      <td data-low={(level?.free ?? 0) <= 0 || undefined}>{formatCount(level?.free ?? 0)}</td>
      <td>{may && differs && <Button size="compact-sm" loading={busy} disabled={wrong} onClick={save}>{t('products.save')}</Button>}</td>
    </tr>
  );
}

/** Stock by warehouse; what is on hand and what must stay there can be set. */
export function Levels({ product, may }: { readonly product: Product; readonly may: boolean }): ReactElement {
  const { t } = useWords();
  const warehouses = useQuery(searchQuery('')).data?.warehouses ?? product.stock.map((level) => level.warehouse);
  return (
    <section>
      <h3 className={css.subhead}>{t('products.stock')}</h3>
      <table className={css.levels}>
        <thead>
          <tr>
            <th scope="col">{t('products.warehouse')}</th>
            <th scope="col">{t('products.on_hand')}</th>
            <th scope="col">{t('products.allocated')}</th>
            <th scope="col">{t('products.safety')}</th>
            <th scope="col">{t('products.free')}</th>
            <th><span className="ol-hide">{t('products.save')}</span></th>
          </tr>
        </thead>
        <tbody>
          {warehouses.map((warehouse) => {
            const level = product.stock.find((l) => l.warehouse.id === warehouse.id);
            return <Place key={`${warehouse.id}/${level?.on_hand}/${level?.safety}`} product={product} warehouse={warehouse} level={level} may={may} />;
          })}
        </tbody>
      </table>
      <p className={css.quiet}>{t('products.stock_how')}</p>
    </section>
  );
}
