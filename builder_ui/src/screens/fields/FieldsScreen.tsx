import { useState, type ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import { orderModel } from '@/core/ownFields';
import { type Model } from '@/core/ruleDocument';
import { DragLayer } from '@/dnd/DragLayer';
import { useWords } from '@/i18n';
import { useDraft } from '../rules/draft';
import { FindingList } from '../rules/Findings';
import { Conflict, OpenDraft, useEditing } from '../rules/OpenDraft';
import shared from '../rules/Rules.module.css';
import { Toolbar } from '../rules/Toolbar';
import css from './Fields.module.css';
import { ModelEditor } from './ModelEditor';
import { NewModel } from './NewModel';

const NOTHING: Model = { extends: 'order', fields: [] };
const EMPTY: readonly Model[] = [];

function Screen(): ReactElement {
  const { t, say } = useWords();
  const editable = useEditing();
  const [, go] = useLocation();
  const models = useDraft((s) => s.history.now.models ?? EMPTY);
  const [chosen, choose] = useState<string | null>(null);
  const order = useDraft((s) => orderModel(s.history.now));
  const found = models.findIndex((model) => model.id !== undefined && model.id === chosen);
  const at = found < 0 ? order : found;
  const own = models.filter((model) => !model.extends);
  return (
    <div className={shared.screen} data-editable={editable}>
      <Toolbar editable={editable} />
      {!editable && <p className={shared.readOnly}>{t('rules.read_only')}</p>}
      <Conflict />
      <div className={css.body}>
        <div className={css.side}>
          <p className={css.quiet}>{t('fields.how')}</p>
          <div className={css.tabs} role="group" aria-label={t('fields.of')}>
            <button type="button" data-model="order" aria-pressed={found < 0} onClick={() => choose(null)}>{t('fields.order')}</button>
            {own.map((model) => (
              <button key={model.id} type="button" data-model={model.key} aria-pressed={model.id === chosen} onClick={() => choose(model.id ?? null)}>
                {model.title ? say(model.title) || t('rules.untitled') : model.key}
              </button>
            ))}
          </div>
          {editable && <NewModel made={choose} />}
          <Link href="/records">{t('fields.to_records')}</Link>
        </div>
        <ModelEditor key={chosen} model={models[at] ?? NOTHING} at={at} />
        <section className={css.found} aria-label={t('rules.findings')}>
          <h3 className={shared.small}>{t('rules.findings')}</h3>
          <FindingList leave={() => go('/rules')} />
        </section>
      </div>
      <DragLayer />
    </div>
  );
}

/** What data the blueprint has of its own: fields of orders, kinds of records. Part of the draft, as rules are. */
export default function FieldsScreen(): ReactElement {
  const { t } = useWords();
  return <OpenDraft title={t('fields.title')}><Screen /></OpenDraft>;
}
