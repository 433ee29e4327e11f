import { Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import { useState, type FormEvent, type ReactElement } from 'react';
import { KINDS, lacking, NEW_FIELD, NEW_MODEL, withModel, type FieldWish, type ModelWish } from '@/core/newModel';
import { replaced, without } from '@/core/ruleDocument';
import { useWords } from '@/i18n';
import { commit, current } from '../rules/draft';
import css from './Fields.module.css';

interface Props {
  /** Called with the id of the new model. */
  readonly made: (id: string | null) => void;
}

interface FieldProps {
  readonly field: FieldWish;
  readonly number: number;
  readonly change: (next: FieldWish) => void;
  readonly drop: (() => void) | null;
}

function Field({ field, number, change, drop }: FieldProps): ReactElement {
  const { t } = useWords();
  return (
    <fieldset className={css.newField}>
      <legend>{t('records.new.field', { n: number })}</legend>
      <TextInput label={t('records.new.zh')} maxLength={60} value={field.zh} onChange={(e) => change({ ...field, zh: e.currentTarget.value })} />
      <TextInput label={t('records.new.en')} maxLength={60} value={field.en} onChange={(e) => change({ ...field, en: e.currentTarget.value })} />
      <label className={css.pick}>
        {t('records.new.kind')}
        <select value={field.kind} onChange={(e) => change({ ...field, kind: KINDS.find((kind) => kind === e.currentTarget.value) ?? 'text' })}>
          {KINDS.map((kind) => <option key={kind} value={kind}>{t(`records.kind.${kind}`)}</option>)}
        </select>
      </label>
      {field.kind === 'choice' && (
        <TextInput label={t('records.new.choices')} value={field.choices} onChange={(e) => change({ ...field, choices: e.currentTarget.value })} />
      )}
      <Checkbox label={t('records.known_by')} checked={field.key} onChange={() => change({ ...field, key: !field.key })} />
      {drop && <button type="button" className={css.drop} aria-label={t('records.new.drop', { n: number })} onClick={drop}><X size={15} aria-hidden="true" /></button>}
    </fieldset>
  );
}

function Form({ made, close }: Props & { readonly close: () => void }): ReactElement {
  const { t, say } = useWords();
  const [wish, set] = useState<ModelWish>(NEW_MODEL);
  const fault = lacking(wish);
  const put = (fields: readonly FieldWish[]): void => set({ ...wish, fields });
  const titled = (side: 'zh' | 'en') => ({
    label: t(`records.new.${side}`), maxLength: 60, value: wish.title[side],
    onChange: (e: { currentTarget: { value: string } }) => set({ ...wish, title: { ...wish.title, [side]: e.currentTarget.value } }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const next = withModel(current(), wish);
    commit(next, t('rules.step.add', { what: say(wish.title) }));
    made(next.models?.at(-1)?.id ?? null);
    close();
  };
  return (
    <form className={css.form} onSubmit={submit}>
      <p className={css.how}>{t('records.new.how')}</p>
      <div className={css.row}><TextInput {...titled('zh')} data-autofocus /><TextInput {...titled('en')} /></div>
      {wish.fields.map((field, n) => (
        <Field
          key={n} field={field} number={n + 1} change={(next) => put(replaced(wish.fields, n, next))}
          drop={wish.fields.length > 1 ? () => put(without(wish.fields, n)) : null}
        />
      ))}
      <Button variant="default" size="xs" leftSection={<Plus size={14} />} onClick={() => put([...wish.fields, NEW_FIELD])}>{t('records.new.add')}</Button>
      <div className={css.end}>
        {fault && <span className={css.how}>{t(`records.lacks.${fault}`)}</span>}
        <Button variant="default" onClick={close}>{t('common.cancel')}</Button>
        <Button type="submit" disabled={fault !== null}>{t('records.new.save')}</Button>
      </div>
    </form>
  );
}

/** A model of one's own, put into the draft; publishing makes its table. */
export function NewModel({ made }: Props): ReactElement {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <>
      <Button variant="light" size="sm" leftSection={<Plus size={15} />} onClick={() => setOpen(true)}>{t('records.new.title')}</Button>
      <Modal opened={open} onClose={close} title={t('records.new.title')} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
        <Form made={made} close={close} />
      </Modal>
    </>
  );
}
