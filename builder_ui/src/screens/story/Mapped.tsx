import { ArrowRight, TriangleAlert } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { MappedDetail, MappedField } from '@/api/types';
import { sayValue } from '@/core/values';
import { known, useWords } from '@/i18n';
import { Disclosure } from '@/ui/Disclosure';
import { Masked } from './Masked';
import { useTongue } from './useTongue';
import css from './Story.module.css';

function Steps({ field }: { readonly field: MappedField }): ReactElement {
  const { t } = useWords();
  const tongue = useTongue();
  if (field.transforms.length === 0) return <span className={css.same}>{t('story.map.same')}</span>;
  const after = (value: unknown): string => sayValue(value, '', tongue);
  return (
    <span className={css.steps}>
      {field.transforms.map((step, i) => {
        const key = known('step', step.name);
        const name = key ? t(key as 'step.trim') : step.name;
        return (
          <span key={i} className={css.step} data-failed={step.failed !== undefined || undefined} title={`${after(step.before)} → ${step.failed ?? after(step.after)}`}>
            {step.failed !== undefined && <TriangleAlert size={12} aria-hidden="true" />}
            {step.failed === undefined ? name : t('story.map.failed', { why: step.failed })}
          </span>
        );
      })}
    </span>
  );
}

// A field of one's own is read by what it is, since its name tells nothing.
const KIND_NAME: Readonly<Record<string, string>> = { money: 'total', instant: 'placed_at' };

function FieldRow({ field }: { readonly field: MappedField }): ReactElement {
  const { t, say } = useWords();
  const tongue = useTongue();
  return (
    <tr>
      <th scope="row">{say(field.title)}</th>
      <td>
        <span className={css.rawValue}>{field.raw === null || field.raw === '' ? t('common.empty_value') : field.raw}</span>
        {field.from && <span className={css.path}>{field.from}</span>}
      </td>
      <td><Steps field={field} /></td>
      <td>
        <ArrowRight size={13} className={css.arrow} aria-hidden="true" />
        <span className={css.value}>{sayValue(field.value, KIND_NAME[field.kind ?? 'text'] ?? field.to, tongue)}</span>
        {field.masked && <Masked />}
      </td>
    </tr>
  );
}

function Table({ fields }: { readonly fields: readonly MappedField[] }): ReactElement {
  const { t } = useWords();
  const [onlyChanged, setOnly] = useState(false);
  const shown = onlyChanged ? fields.filter((f) => f.transforms.length > 0) : fields;
  return (
    <div className={css.mapBox}>
      <label className={css.only}>
        <input type="checkbox" checked={onlyChanged} onChange={(e) => setOnly(e.currentTarget.checked)} />
        {t('story.map.only_changed')}
      </label>
      <div className={css.mapScroll} tabIndex={0} role="region" aria-label={t('story.stage.mapped')}>
        <table className={css.map}>
          <thead>
            <tr>
              <th scope="col">{t('story.map.field')}</th>
              <th scope="col">{t('story.map.raw')}</th>
              <th scope="col">{t('story.map.steps')}</th>
              <th scope="col">{t('story.map.value')}</th>
            </tr>
          </thead>
          <tbody>{shown.map((f) => <FieldRow key={f.to} field={f} />)}</tbody>
        </table>
      </div>
    </div>
  );
}

/** What the channel called it, what was done to it, and what the order says now. */
export function Mapped({ detail }: { readonly detail: MappedDetail }): ReactElement {
  const { t } = useWords();
  const changed = detail.fields.filter((f) => f.transforms.length > 0).length;
  return (
    <div className={css.stack}>
      <p className={css.plain}>{t('story.map.summary', { n: detail.fields.length, changed })}</p>
      <Disclosure show={t('story.map.show')} hide={t('story.map.hide')}>{() => <Table fields={detail.fields} />}</Disclosure>
    </div>
  );
}
