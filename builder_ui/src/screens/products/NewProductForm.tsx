import { Button, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactElement } from 'react';
import type { NewProduct } from '@/api/products';
import { useWords } from '@/i18n';
import css from './Products.module.css';

interface Props {
  readonly start?: Partial<NewProduct>;
  readonly word: string;
  readonly busy: boolean;
  readonly save: (product: NewProduct) => void;
  readonly cancel: () => void;
}

export function NewProductForm({ start = {}, word, busy, save, cancel }: Props): ReactElement {
  const { t } = useWords();
  const [form, setForm] = useState({ code: start.code ?? '', title: start.title ?? '', spec: start.spec ?? '', barcode: start.barcode ?? '' });
  const box = (name: keyof typeof form, most: number) => ({
    name, maxLength: most, value: form[name], label: t(`products.field.${name}`), size: 'sm',
    onChange: (e: { currentTarget: { value: string } }) => setForm({ ...form, [name]: e.currentTarget.value }),
  });
  const ready = form.code.trim() !== '' && form.title.trim() !== '';
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready) save({ ...form, spec: form.spec.trim() || null, barcode: form.barcode.trim() || null });
  };
  return (
    <form className={css.newForm} onSubmit={submit}>
      <TextInput {...box('code', 200)} required withAsterisk={false} data-autofocus />
      <TextInput {...box('title', 200)} required withAsterisk={false} />
      <TextInput {...box('spec', 200)} />
      <TextInput {...box('barcode', 100)} />
      <div className={css.formEnd}>
        <Button variant="default" size="sm" onClick={cancel}>{t('common.cancel')}</Button>
        <Button type="submit" size="sm" disabled={!ready} loading={busy}>{word}</Button>
      </div>
    </form>
  );
}
