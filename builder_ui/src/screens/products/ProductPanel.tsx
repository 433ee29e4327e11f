import { Button, CloseButton, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Unlink } from 'lucide-react';
import { useState, type FormEvent, type ReactElement } from 'react';
import { describeProduct, productQuery, removeLink, type ProductName, type WholeProduct } from '@/api/products';
import { useWords } from '@/i18n';
import { Busy } from '@/ui/Busy';
import { useHub } from '@/ui/hub';
import { ProblemState } from '@/ui/States';
import { Levels } from './Levels';
import { Parts } from './Parts';
import { useDo } from './useDo';
import css from './Products.module.css';

function Words({ product, may }: { readonly product: WholeProduct; readonly may: boolean }): ReactElement {
  const { t } = useWords();
  const { busy, run } = useDo();
  const known = { title: product.title, spec: product.spec ?? '', barcode: product.barcode ?? '' };
  const [form, setForm] = useState(known);
  const differs = (Object.keys(known) as (keyof typeof known)[]).some((name) => form[name].trim() !== known[name]);
  const box = (name: keyof typeof form) => ({
    name, size: 'sm', value: form[name], label: t(`products.field.${name}`), readOnly: !may,
    onChange: (e: { currentTarget: { value: string } }) => setForm({ ...form, [name]: e.currentTarget.value }),
  });
  const save = (event: FormEvent): void => {
    event.preventDefault();
    const { title, spec, barcode } = form;
    void run(() => describeProduct(product.id, { title, spec: spec.trim() || null, barcode: barcode.trim() || null }), () => t('products.saved'));
  };
  return (
    <form className={css.words} onSubmit={save}>
      <TextInput {...box('title')} />
      <TextInput {...box('spec')} />
      <TextInput {...box('barcode')} />
      {differs && <Button type="submit" size="sm" loading={busy} disabled={!form.title.trim()}>{t('products.save')}</Button>}
    </form>
  );
}

function Names({ product, may }: { readonly product: WholeProduct; readonly may: boolean }): ReactElement {
  const { t } = useWords();
  const { busy, run } = useDo();
  return (
    <section>
      <h3 className={css.subhead}>{t('products.linked_names')}</h3>
      <ul className={css.rows}>
        {product.linked.map((link) => (
          <li key={link.id} className={css.line}>
            <span className={css.grow}><b>{link.name}</b> <span className={css.quiet}>{link.account.title}</span></span>
            {may && (
              <button
                type="button" className={css.icon} disabled={busy} aria-label={t('products.unlink', { name: link.name })} title={t('products.unlink', { name: link.name })}
                onClick={() => void run(() => removeLink(link.id), () => t('products.unlinked', { name: link.name }))}
              >
                <Unlink size={15} aria-hidden="true" />
              </button>
            )}
          </li>
        ))}
        {product.linked.length === 0 && <li className={css.quiet}>{t('products.no_names')}</li>}
      </ul>
    </section>
  );
}

function UsedIn({ products, choose }: { readonly products: readonly ProductName[]; readonly choose: (id: string) => void }): ReactElement | null {
  const { t } = useWords();
  if (products.length === 0) return null;
  return (
    <section>
      <h3 className={css.subhead}>{t('products.used_in')}</h3>
      <ul className={css.rows}>
        {products.map((other) => (
          <li key={other.id}><button type="button" className={css.code} onClick={() => choose(other.id)}>{other.code}</button> <span className={css.quiet}>{other.title}</span></li>
        ))}
      </ul>
    </section>
  );
}

interface Props {
  readonly id: string;
  readonly close: () => void;
  readonly choose: (id: string) => void;
}

/** One product: how it is called, its stock, what it is made of, what shops call it. */
export default function ProductPanel({ id, close, choose }: Props): ReactElement {
  const { t } = useWords();
  const { user } = useHub();
  const found = useQuery(productQuery(id));
  const may = user.role !== 'viewer';
  const product = found.data;
  return (
    <aside className={css.panel} aria-label={product?.code ?? t('products.product')}>
      <header className={css.panelTop}>
        <h2>{product?.code ?? ''}</h2>
        <CloseButton aria-label={t('common.close')} onClick={close} />
      </header>
      {!product && found.error && <ProblemState error={found.error} title={t('products.failed')} retry={() => void found.refetch()} />}
      {!product && !found.error && <Busy small />}
      {product && (
        <>
          <Words key={`${product.title}/${product.spec}/${product.barcode}`} product={product} may={may} />
          {!product.bundle && <Levels product={product} may={may} />}
          <Parts key={JSON.stringify(product.parts)} product={product} may={may} />
          <Names product={product} may={may} />
          <UsedIn products={product.used_in} choose={choose} />
        </>
      )}
    </aside>
  );
}
