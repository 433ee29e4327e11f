import { Menu } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import type { ReactElement } from 'react';
import type { Json } from '@/core/rule';
import { newValue, replaced, without, type Action, type OwnField } from '@/core/ruleDocument';
import { ownModels, recordAction, type OwnModel } from '@/core/ruleTriggers';
import type { EditorProps } from './ActionEditor';
import { useDraft } from './draft';
import { useLexicon, type FieldInfo, type Lexicon } from './names';
import { LaterMenu, Pick } from './Pick';
import css from './Rules.module.css';
import { ActionValue } from './TallyValue';

type Entry = NonNullable<Action['values']>[number];

const aboutOf = (field: OwnField, { say }: Lexicon): FieldInfo =>
  ({ name: field.key, kind: field.kind, title: say(field.title), choices: field.choices ?? [], known: true });

interface ValueProps {
  readonly about: FieldInfo;
  readonly value: Json;
  readonly onChange: (value: Json, typing?: boolean) => void;
}

/** "= …": written down, a parameter, a field of what the rule looks at, or a formula. */
function Value({ about, value, onChange }: ValueProps): ReactElement {
  const { t } = useLexicon();
  return (
    <>
      <span aria-hidden="true">=</span>
      <ActionValue about={about} value={value} label={t('records.act.value', { field: about.title })} onChange={onChange} />
    </>
  );
}

interface LineProps extends EditorProps {
  readonly model: OwnModel;
  readonly entry: Entry;
  readonly at: number;
}

function Line({ model, entry, at, action, change }: LineProps): ReactElement {
  const lexicon = useLexicon();
  const { t, say } = lexicon;
  const values = action.values ?? [];
  const field = model.fields.find((one) => one.key === entry.field);
  const about = field ? aboutOf(field, lexicon) : { name: entry.field, kind: 'text' as const, title: entry.field, choices: [], known: false };
  const put = (next: Entry, typing = false): void =>
    change({ ...action, values: replaced(values, at, next) }, typing ? `values/${at}` : undefined);
  const key = model.known_by.includes(entry.field);
  const free = () => model.fields.filter((one) => one.key === entry.field || !values.some((other) => other.field === one.key));
  const swap = (to: string): void => put({ field: to, value: newValue(model.fields.find((one) => one.key === to)) });
  return (
    <span className={css.formula} data-value={entry.field}>
      {key
        ? <strong>{t('records.act.whose', { field: about.title })}</strong>
        : (
          <>
            <span className={css.quiet}>{t('records.act.set')}</span>
            <Pick
              label={t('records.act.field')} value={entry.field} shown={about.title} strong onPick={swap}
              groups={() => [{ label: '', options: free().map((one) => ({ value: one.key, label: say(one.title) })) }]}
            />
          </>
        )}
      <Value about={about} value={entry.value} onChange={(value, typing) => put({ ...entry, value }, typing)} />
      {!key && (
        <button type="button" className={css.chipX} aria-label={t('records.act.remove', { field: about.title })} onClick={() => change({ ...action, values: without(values, at) })}>
          <X size={13} aria-hidden="true" />
        </button>
      )}
    </span>
  );
}

function More({ model, action, change }: EditorProps & { readonly model: OwnModel }): ReactElement | null {
  const { t, say } = useLexicon();
  const values = action.values ?? [];
  const free = model.fields.filter((field) => !values.some((entry) => entry.field === field.key));
  if (free.length === 0) return null;
  return (
    <LaterMenu label={t('records.act.add')} className={css.addChip} face={<><Plus size={13} aria-hidden="true" />{t('records.act.add')}</>}>
      {() => free.map((field) => (
        <Menu.Item key={field.key} onClick={() => change({ ...action, values: [...values, { field: field.key, value: newValue(field) }] })}>{say(field.title)}</Menu.Item>
      ))}
    </LaterMenu>
  );
}

/** "Create or update the record of … whose … is …, set … to …". */
export function RecordAction(props: EditorProps): ReactElement {
  const { t, say } = useLexicon();
  const { action, change } = props;
  const document = useDraft((s) => s.history.now);
  const models = ownModels(document);
  const model = models.find((one) => one.key === action.model);
  if (models.length === 0) return <span className={css.hint}>{t('records.act.no_models')}</span>;
  const pick = (key: string): void => change(recordAction(models.find((one) => one.key === key)));
  return (
    <div className={css.route}>
      <div className={css.places}>
        <span className={css.placesTitle}>{t('records.act.of')}</span>
        <Pick
          label={t('records.model')} value={action.model ?? ''} shown={model ? say(model.title) : t('rules.choose')} strong onPick={pick}
          groups={() => [{ label: '', options: models.map((one) => ({ value: one.key, label: say(one.title) })) }]}
        />
      </div>
      {model && (action.values ?? []).map((entry, at) => <Line key={entry.field} {...props} model={model} entry={entry} at={at} />)}
      {model && <More {...props} model={model} />}
    </div>
  );
}
