import { Button } from '@mantine/core';
import { Plus, Trash2 } from 'lucide-react';
import type { ReactElement } from 'react';
import { usesOf } from '@/core/fieldUses';
import { changeModel, withField, withoutModel } from '@/core/ownFields';
import type { Bilingual, Model } from '@/core/ruleDocument';
import { focusGrip } from '@/dnd/drag';
import { useWords } from '@/i18n';
import { commit, current, useDraft } from '../rules/draft';
import { Titles } from '../rules/Fields';
import { bilingual } from '../rules/names';
import { FieldRow, FIELDS } from './FieldRow';
import css from './Fields.module.css';
import { Used, useRemoval } from './Uses';

interface Props {
  readonly model: Model;
  readonly at: number;
}

const NO_TITLE: Bilingual = { zh: '', en: '' };

/** What an own model is called, and taking it away as a whole. */
function Head({ model, at }: Props): ReactElement {
  const { t, say } = useWords();
  const document = useDraft((s) => s.history.now);
  const title = model.title ?? NO_TITLE;
  const what = say(title) || t('rules.untitled');
  const removal = useRemoval(model, null, what, (now) => withoutModel(now, at));
  const rename = (side: keyof Bilingual, text: string): void =>
    commit(changeModel(current(), at, (now) => ({ ...now, title: { ...(now.title ?? NO_TITLE), [side]: text } })), t('rules.step.title'), `${model.id}/${side}`);
  return (
    <div className={css.head}>
      <Titles title={title} onChange={rename} />
      <div className={css.bar}>
        <Used uses={usesOf(document, model, null)} />
        <Button className={css.edits} variant="subtle" color="red" size="compact-sm" leftSection={<Trash2 size={14} />} onClick={removal.ask}>{t('fields.remove_model')}</Button>
      </div>
      {removal.dialog}
    </div>
  );
}

/** A model's fields: named, ordered, added, taken away. */
export function ModelEditor({ model, at }: Props): ReactElement {
  const { t } = useWords();
  const add = (): void => {
    const made = withField(current(), at, bilingual((words) => words('fields.new')));
    commit(made.document, t('rules.step.add', { what: t('fields.new') }));
    focusGrip(`${FIELDS}/${made.field.id}`);
  };
  return (
    <div className={css.model}>
      {model.extends ? <p className={css.quiet}>{t('fields.order_how')}</p> : <Head key={model.id} model={model} at={at} />}
      <ol className={css.fields} data-zone={FIELDS} aria-label={t('fields.title')}>
        {model.fields.map((field, index) => <FieldRow key={field.id ?? field.key} model={model} at={at} field={field} index={index} />)}
      </ol>
      {model.fields.length === 0 && <p className={css.quiet}>{t('fields.none')}</p>}
      <Button className={css.edits} variant="default" size="xs" leftSection={<Plus size={14} />} onClick={add}>{t('fields.add')}</Button>
    </div>
  );
}
