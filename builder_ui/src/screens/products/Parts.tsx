import { Button } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { saveParts, type Part, type ProductName, type WholeProduct } from '@/api/products';
import { useWords } from '@/i18n';
import { ProductPicker } from './ProductPicker';
import { useDo } from './useDo';
import css from './Products.module.css';

const ROLES = ['part', 'gift_each', 'gift_once'] as const;
type Role = (typeof ROLES)[number];

const roleOf = (part: Part): Role => (part.gift ? (part.once ? 'gift_once' : 'gift_each') : 'part');
const withRole = (part: Part, role: Role): Part => ({ ...part, gift: role !== 'part', once: role === 'gift_once' });

interface RowProps {
  readonly part: Part;
  readonly may: boolean;
  readonly change: (part: Part) => void;
  readonly remove: () => void;
}

function Row({ part, may, change, remove }: RowProps): ReactElement {
  const { t } = useWords();
  const { code, title } = part.product;
  const [text, setText] = useState(String(part.quantity));
  const type = (value: string): void => {
    setText(value);
    const quantity = /^\d{1,4}$/.test(value.trim()) ? Number(value) : 0;
    if (quantity > 0 && quantity <= 1000) change({ ...part, quantity });
  };
  return (
    <li className={css.line} data-part={code}>
      <span className={css.grow}><b>{code}</b> <span className={css.quiet}>{title}</span></span>
      <select className={css.select} aria-label={t('products.part_role', { code })} value={roleOf(part)} disabled={!may} onChange={(e) => change(withRole(part, e.currentTarget.value as Role))}>
        {ROLES.map((role) => <option key={role} value={role}>{t(`products.role.${role}`)}</option>)}
      </select>
      <input className={css.number} inputMode="numeric" aria-label={t('products.part_quantity', { code })} value={text} readOnly={!may} onChange={(e) => type(e.currentTarget.value)} />
      {may && <button type="button" className={css.icon} aria-label={t('products.part_remove', { code })} title={t('products.part_remove', { code })} onClick={remove}><X size={15} aria-hidden="true" /></button>}
    </li>
  );
}

/** What a product is made of and what comes along with it. */
export function Parts({ product, may }: { readonly product: WholeProduct; readonly may: boolean }): ReactElement {
  const { t } = useWords();
  const { busy, run } = useDo();
  const [parts, setParts] = useState<readonly Part[]>(product.parts);
  const [adding, setAdding] = useState(false);
  const differs = JSON.stringify(parts) !== JSON.stringify(product.parts);
  const add = ({ id, code, title }: ProductName): void => {
    setParts([...parts, withRole({ product: { id, code, title }, quantity: 1, gift: false, once: false }, product.bundle || parts.length === 0 ? 'part' : 'gift_each')]);
    setAdding(false);
  };
  const put = (index: number, part: Part | null): void => setParts(parts.flatMap((old, i) => (i === index ? (part ? [part] : []) : [old])));
  return (
    <section>
      <h3 className={css.subhead}>{t('products.parts')}</h3>
      <p className={css.quiet}>{t('products.parts_how')}</p>
      <ul className={css.rows}>
        {parts.map((part, i) => <Row key={`${part.product.id}/${i}`} part={part} may={may} change={(next) => put(i, next)} remove={() => put(i, null)} />)}
      </ul>
      {adding && <ProductPicker choose={add} />}
      {may && (
        <div className={css.formEnd}>
          {!adding && <Button size="compact-sm" variant="subtle" leftSection={<Plus size={14} />} onClick={() => setAdding(true)}>{t('products.part_add')}</Button>}
          {differs && <Button size="compact-sm" variant="default" onClick={() => setParts(product.parts)}>{t('common.cancel')}</Button>}
          {differs && <Button size="compact-sm" loading={busy} onClick={() => void run(() => saveParts(product.id, parts), ({ orders }) => t('products.parts_saved', { n: orders }))}>{t('products.parts_save')}</Button>}
        </div>
      )}
    </section>
  );
}
