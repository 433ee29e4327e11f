import { Checkbox, Menu } from '@mantine/core';
import { Ellipsis } from 'lucide-react';
import type { ReactElement } from 'react';
import { usesOf } from '@/core/fieldUses';
import { KINDS } from '@/core/newModel';
import { changeField, changeModel, moveField, needed, ofKind, toggledKey, withChoices, withoutField } from '@/core/ownFields';
import type { Bilingual, Model, OwnField } from '@/core/ruleDocument';
import { Grip } from '@/dnd/Grip';
import { useWords } from '@/i18n';
import { commit, current, useDraft } from '../rules/draft';
import { listItem } from '../rules/dragging';
import { ChoicesBox, TextBox } from '../rules/Fields';
import { LaterMenu } from '../rules/Pick';
import css from './Fields.module.css';
import { Used, useRemoval } from './Uses';

export const FIELDS = 'fields';

interface Props {
  readonly model: Model;
  /** Where the model stands in the document. */
  readonly at: number;
  readonly field: OwnField;
  readonly index: number;
}

const idOf = (field: OwnField): string => field.id ?? field.key;

/** Changes this field as one step; typing in one box is one step. */
function useChange({ at, field, index }: Props): (change: (field: OwnField) => OwnField, box?: string) => void {
  const { t, say } = useWords();
  const label = t('rules.step.change', { what: say(field.title) || t('rules.untitled') });
  return (change, box) => commit(changeField(current(), at, index, change), label, box ? `${idOf(field)}/${box}` : null);
}

function Names(props: Props): ReactElement {
  const { t } = useWords();
  const change = useChange(props);
  const { title } = props.field;
  const rename = (side: keyof Bilingual, text: string): void => change((now) => ({ ...now, title: { ...now.title, [side]: text } }), side);
  return (
    <>
      {(['zh', 'en'] as const).map((side) => (
        <label key={side} className={css.box}>
          <span>{t(`rules.title_${side}`)}</span>
          <TextBox label={t(`rules.title_${side}`)} value={title[side]} onChange={(text) => rename(side, text)} />
        </label>
      ))}
    </>
  );
}

function Holds(props: Props): ReactElement {
  const { t } = useWords();
  const change = useChange(props);
  const { field } = props;
  const fixed = useDraft((s) => s.stored.includes(field.id ?? ''));
  const pick = (value: string): void => change((now) => ofKind(now, KINDS.find((kind) => kind === value) ?? now.kind));
  return (
    <>
      <label className={css.box} title={fixed ? t('fields.kind_fixed') : undefined}>
        <span>{t('records.new.kind')}</span>
        <select className={css.select} value={field.kind} disabled={fixed} onChange={(event) => pick(event.currentTarget.value)}>
          {KINDS.map((kind) => <option key={kind} value={kind}>{t(`records.kind.${kind}`)}</option>)}
        </select>
      </label>
      {field.kind === 'choice' && (
        <label className={css.box} data-wide="true">
          <span>{t('records.new.choices')}</span>
          <ChoicesBox label={t('records.new.choices')} value={field.choices ?? []} onChange={(text) => change((now) => withChoices(now, text), 'choices')} />
        </label>
      )}
    </>
  );
}

/** What is true of a model's records only: what tells them apart, what may not be left out. */
function Duties(props: Props): ReactElement | null {
  const { t } = useWords();
  const change = useChange(props);
  const { model, at, field } = props;
  const fixed = useDraft((s) => s.stored.includes(model.id ?? ''));
  if (model.extends) return null;
  const key = model.known_by?.includes(field.key) ?? false;
  const toggle = (): void => commit(changeModel(current(), at, (now) => toggledKey(now, field.key)), t('records.known_by'));
  return (
    <div className={css.checks}>
      <Checkbox size="sm" label={t('records.known_by')} checked={key} disabled={fixed} title={fixed ? t('fields.known_by_fixed') : undefined} onChange={toggle} />
      <Checkbox
        size="sm" label={t('fields.required')} checked={key || (field.required ?? false)} disabled={key}
        onChange={() => change((now) => needed(now, !now.required))}
      />
    </div>
  );
}

/** One field: what it is called, what it holds, where it is used. */
export function FieldRow(props: Props): ReactElement {
  const { t, say } = useWords();
  const { model, at, field, index } = props;
  const document = useDraft((s) => s.history.now);
  const stored = useDraft((s) => s.stored);
  const what = say(field.title) || t('rules.untitled');
  const id = `${FIELDS}/${idOf(field)}`;
  const shift = (to: number): void => commit(moveField(current(), at, index, to), t('rules.step.move', { what }));
  const removal = useRemoval(model, field, what, (now) => withoutField(now, at, index));
  const last = model.fields.length - 1;
  const kept = Boolean(model.known_by?.includes(field.key)) && stored.includes(model.id ?? '');
  return (
    <li className={css.field} data-part={field.key} data-field={field.key}>
      <Grip id={id} label={what} make={() => listItem(FIELDS, index, last + 1, what, id, (n) => t('rules.place_row', { n }), shift)} />
      <div className={css.boxes}>
        <Names {...props} />
        <Holds {...props} />
        <Duties {...props} />
        <Used uses={usesOf(document, model, field)} />
      </div>
      <span className={css.tools}>
        <LaterMenu label={t('rules.more', { what })} className={css.icon} face={<Ellipsis size={16} aria-hidden="true" />}>
          {() => (
            <>
              <Menu.Item disabled={index === 0} onClick={() => shift(index - 1)}>{t('rules.up')}</Menu.Item>
              <Menu.Item disabled={index === last} onClick={() => shift(index + 2)}>{t('rules.down')}</Menu.Item>
              <Menu.Divider />
              <Menu.Item color="red" disabled={kept} title={kept ? t('fields.known_by_fixed') : undefined} onClick={removal.ask}>{t('fields.remove_it')}</Menu.Item>
            </>
          )}
        </LaterMenu>
      </span>
      {removal.dialog}
    </li>
  );
}
